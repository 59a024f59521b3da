// Keeps the page for when there is no line. Browsers allow this with TLS, and on this machine.

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js");
