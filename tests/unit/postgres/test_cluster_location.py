"""Folders that others may have been at first."""

import os

import pytest

from grilse.errors import GrilseError
from grilse.postgres import account
from grilse.postgres.cluster_location import make_private

US = account.find_account(os.geteuid())


def test_a_private_folder_is_made_once_and_accepted_again(tmp_path):
    make_private(tmp_path / "mine", US)
    make_private(tmp_path / "mine", US)

    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_can_enter_is_refused(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)

    with pytest.raises(GrilseError, match="remove it"):
        make_private(tmp_path / "open", US)


def test_a_link_of_somebody_else_is_not_followed(tmp_path):
    (tmp_path / "target").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "target")

    with pytest.raises(GrilseError, match="remove it"):
        make_private(tmp_path / "link", US)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_the_folder_of_another_user_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir(mode=0o700)
    os.chown(tmp_path / "theirs", 12345, 12345)

    with pytest.raises(GrilseError, match="remove it"):
        make_private(tmp_path / "theirs", US)
