/* The shell's comfort: theme, folded side bar, single keys. Every act has a plain link or form behind it. */
(function () {
  "use strict";
  var root = document.documentElement;
  var live = document.getElementById("live");

  function say(text) { if (live) live.textContent = text; }

  /* A cookie, so that the server draws the page right from the first byte. */
  function remember(name, value) {
    document.cookie = name + "=" + value + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
  }

  /* Single keys can be switched off: a dictation user or a slipping hand would act without meaning to. */
  function keysAreOn() {
    try { return localStorage.getItem("pd-keys") !== "off"; } catch (e) { return true; }
  }
  function showKeys() {
    var on = keysAreOn();
    root.dataset.keys = on ? "on" : "off";
    document.querySelectorAll('[data-do="keys"]').forEach(function (button) {
      button.setAttribute("aria-pressed", String(on));
      var word = button.querySelector("[data-keys-word]");
      if (word) word.textContent = on ? "on" : "off";
    });
  }

  var acts = {
    theme: function () {
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      remember("theme", root.dataset.theme);
    },
    rail: function (button) {
      if (root.dataset.nav === "rail") delete root.dataset.nav; else root.dataset.nav = "rail";
      remember("nav", root.dataset.nav || "open");
      button.setAttribute("aria-expanded", String(root.dataset.nav !== "rail"));
    },
    keys: function () {
      try { localStorage.setItem("pd-keys", keysAreOn() ? "off" : "on"); } catch (e) { return; }
      showKeys();
      say("Single-key shortcuts are " + (keysAreOn() ? "on" : "off"));
    },
    copy: function (button) {
      if (!navigator.clipboard) return;
      navigator.clipboard.writeText(document.getElementById(button.dataset.from).textContent.trim());
      say("Copied");
    },
    print: function () { window.print(); }
  };

  document.addEventListener("click", function (e) {
    var hit = e.target.closest("[data-do]");
    if (hit && acts[hit.dataset.do]) acts[hit.dataset.do](hit);
  });

  /* A choice that sends its own form; without JavaScript a button beside it does. */
  document.addEventListener("change", function (e) {
    if (e.target.matches("[data-submit]") && e.target.form && e.target.checkValidity()) e.target.form.requestSubmit();
  });

  function typing(el) {
    return el.isContentEditable || /^(TEXTAREA|SELECT)$/.test(el.tagName) ||
      (el.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(el.type));
  }

  var leaving = false;
  window.addEventListener("pageshow", function () { leaving = false; });
  document.addEventListener("keydown", function (e) {
    if (e.key === "Escape") {
      document.querySelectorAll("details.mv[open]").forEach(function (d) { d.open = false; d.querySelector("summary").focus(); });
      return;
    }
    /* A key held down repeats: it must not mark one result after another. */
    if (e.repeat || leaving || e.defaultPrevented || typing(e.target) || e.ctrlKey || e.metaKey || e.altKey || !keysAreOn()) return;
    if (e.key === "/") {
      var search = document.querySelector("[data-slash]");
      if (search) { e.preventDefault(); search.focus(); }
      return;
    }
    if (e.key.length !== 1) return;
    var act = document.querySelector('[data-key="' + CSS.escape(e.key.toLowerCase()) + '"]');
    if (!act) return;
    e.preventDefault();
    leaving = act.tagName === "A" || act.type === "submit";
    if (leaving) setTimeout(function () { leaving = false; }, 3000);
    act.click();
  });

  showKeys();
}());
