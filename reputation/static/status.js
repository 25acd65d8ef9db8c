/* Renews what a page says about the machinery while somebody looks at it. Without it, reloading does. */
(function () {
  "use strict";
  var box = document.querySelector("[data-refresh]");
  var live = document.getElementById("live");
  var EVERY = 15000;
  if (!box) return;

  function lead() {
    var line = box.querySelector("[data-say]");
    return line ? line.textContent.trim() : "";
  }

  function lost() {
    var note = box.querySelector("[data-lost]");
    if (note) note.hidden = false;
  }

  function renew() {
    /* Nobody looks, or somebody is in the middle of it. */
    if (document.hidden || (box.contains(document.activeElement) && document.activeElement !== document.body)) return;
    fetch(box.dataset.refresh, { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (html) {
      if (box.contains(document.activeElement)) return;
      var before = lead();
      box.innerHTML = html;
      if (live && lead() !== before) live.textContent = lead();
    }).catch(lost);
  }

  setInterval(renew, EVERY);
  document.addEventListener("visibilitychange", renew);
}());
