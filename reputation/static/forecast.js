/* Shows what a form will cost while it is filled in. Without this script the server shows it before it saves. */
(function () {
  "use strict";
  document.querySelectorAll("form[data-forecast-url]").forEach(function (form) {
    var place = form.querySelector("[data-forecast]"), timer = null, asked = 0;

    function ask() {
      var body = new FormData(form), mine = asked += 1;
      body.delete("key");
      body.set("form", form.dataset.forecastForm);
      body.set("pk", form.dataset.forecastPk || "");
      fetch(form.dataset.forecastUrl, { method: "POST", body: body, credentials: "same-origin" })
        .then(function (answer) {
          if (!answer.ok || answer.redirected) throw new Error("no forecast");
          return answer.text();
        })
        .then(function (markup) { if (mine === asked) place.innerHTML = markup; })
        .catch(function () { /* The server shows the costs before it saves. */ });
    }
    function later() { clearTimeout(timer); timer = setTimeout(ask, 350); }

    form.addEventListener("input", later);
    form.addEventListener("change", later);
  });
}());
