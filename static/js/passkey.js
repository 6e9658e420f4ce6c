// A key that did not answer is said on the page, not only in the console.
document.addEventListener("allauth.error", (event) => {
  const told = document.querySelector("#passkey-failed");
  if (!told) return;
  event.preventDefault();
  told.hidden = false;
});
