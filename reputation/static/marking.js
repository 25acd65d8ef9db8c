/* Results to mark: after a mark by key the reader lands on the next result, not at the top of the page. */
(function () {
  "use strict";
  var title = document.getElementById("r-title");

  function note(on) {
    try { if (on) sessionStorage.setItem("pd-marking", "1"); else sessionStorage.removeItem("pd-marking"); } catch (e) { /* private mode */ }
  }
  function noted() {
    try { return sessionStorage.getItem("pd-marking") === "1"; } catch (e) { return false; }
  }

  if (title && noted()) title.focus({ preventScroll: true });
  note(false);

  document.addEventListener("submit", function (e) { if (e.target.matches(".marks, .markfoot form")) note(true); });
  document.addEventListener("click", function (e) { if (e.target.closest(".markfoot a[data-key]")) note(true); });
}());
