"""Operations and growth platform for salmon farming."""
