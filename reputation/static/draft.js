/* Drafting: findings while one types, unsaved text kept in the browser, evidence rows, jumps to lines.
   Without it the buttons "Check" and "Save" do the same. */
(function () {
  "use strict";
  var PAUSE = 600;
  var form = document.getElementById("draftform");
  if (!form) return;
  var text = form.elements.namedItem("text");
  var state = form.querySelector("[data-state]");
  var live = document.getElementById("live");
  var key = "pd-draft-" + form.dataset.draft;
  var timer = null, running = null, last = "", leaving = false;

  function say(words) { if (live) live.textContent = words; }
  function part(name) { return document.querySelector('[data-part="' + name + '"]'); }
  function kb(size) { return Math.round(size / 1000); }
  function values(name) {
    return Array.prototype.map.call(form.querySelectorAll('[name="' + name + '"]'), function (field) { return field.value; });
  }
  function typed() {
    return {
      title: form.elements.namedItem("title").value,
      description: form.elements.namedItem("description").value,
      text: text.value, claim: values("claim"), source: values("source"), note: values("note"),
    };
  }
  function bytes(words) { return new Blob([words]).size; }

  /* ---- findings ---- */
  function swap(name, html) {
    var box = part(name);
    var open = {};
    box.querySelectorAll("[data-fold]").forEach(function (fold) { open[fold.dataset.fold] = fold.open; });
    box.innerHTML = html;
    box.querySelectorAll("[data-fold]").forEach(function (fold) {
      if (fold.dataset.fold in open) fold.open = open[fold.dataset.fold];
    });
  }
  function check() {
    var size = bytes(text.value), most = Number(form.dataset.most);
    if (size > most) {
      state.textContent = kb(size) + " KB: over " + kb(most) + " KB nothing is checked or saved. It is kept in this browser.";
      return;
    }
    if (running) running.abort();
    var mine = running = new AbortController();
    var data = new FormData(form);
    data.delete("file");
    state.textContent = "Checking …";
    fetch(form.dataset.check, { method: "POST", body: data, credentials: "same-origin", signal: mine.signal }).then(function (answer) {
      if (answer.redirected) throw new Error("signed out");
      return answer.json();
    }).then(function (found) {
      if (running !== mine) return;
      running = null;
      if (found.error) { state.textContent = found.error; return; }
      var here = document.activeElement;
      var isInside = here && part("findings").contains(here);
      ["findings", "preview", "title", "description"].forEach(function (name) { swap(name, found[name]); });
      if (isInside) document.getElementById("findings").focus({ preventScroll: true });
      state.textContent = "";
      if (found.said !== last) { last = found.said; say(found.said); }
    }).catch(function (error) {
      if (error.name === "AbortError") return;
      state.textContent = error.message === "signed out" ? "You are signed out. Your text is kept in this browser." : "Not checked: no answer. It tries again when you type on.";
    });
  }

  /* ---- what is not saved ---- */
  function kept() {
    try { return JSON.parse(localStorage.getItem(key)); } catch (e) { return null; }
  }
  function keep() {
    var now = typed();
    now.at = new Date().toISOString();
    now.revision = form.elements.namedItem("revision").value;
    try { localStorage.setItem(key, JSON.stringify(now)); } catch (e) { state.textContent = "This browser keeps no copy: save often."; }
  }
  function forget() { try { localStorage.removeItem(key); } catch (e) { /* private mode */ } }
  function same(a, b) {
    return a.text.replace(/\r\n/g, "\n") === b.text.replace(/\r\n/g, "\n") && a.title === b.title && a.description === b.description &&
      JSON.stringify([filled(a)]) === JSON.stringify([filled(b)]);
  }
  function filled(one) {
    return (one.claim || []).map(function (claim, i) { return [claim, one.source[i], one.note[i]]; })
      .filter(function (row) { return row[1] || row[2]; });
  }
  function changed() {
    clearTimeout(timer);
    keep();
    timer = setTimeout(check, PAUSE);
  }
  function offer() {
    var old = kept(), notice = document.getElementById("keptnotice");
    if (!old) return;
    /* After a refusal the fields hold what was typed, and it is still not saved. */
    if ("unsaved" in form.dataset) return;
    if (same(old, typed())) { forget(); return; }
    notice.querySelector("[data-when]").textContent = new Date(old.at).toLocaleString();
    notice.hidden = false;
    notice.querySelector("[data-restore]").addEventListener("click", function () {
      form.elements.namedItem("title").value = old.title;
      form.elements.namedItem("description").value = old.description;
      text.value = old.text;
      filled(old).forEach(function (row) { attach(row[0], row[1], row[2]); });
      notice.hidden = true;
      text.focus();
      say("Put back. It is not saved yet.");
      changed();
    });
    notice.querySelector("[data-forget]").addEventListener("click", function () { forget(); notice.hidden = true; text.focus(); });
  }

  /* ---- evidence ---- */
  function rows() { return Array.prototype.slice.call(form.querySelectorAll(".evidencerow")); }
  function field(row, name) { return row.querySelector('[name="' + name + '"]'); }
  function add() {
    var all = rows(), row = all[all.length - 1].cloneNode(true);
    row.querySelectorAll("input").forEach(function (input) { input.value = ""; input.removeAttribute("value"); input.removeAttribute("autofocus"); });
    row.querySelector("legend").textContent = "Evidence " + (all.length + 1);
    form.querySelector("[data-rows]").appendChild(row);
    return row;
  }
  function attach(claim, source, note) {
    var row = rows().filter(function (one) { return field(one, "claim").value === claim; })[0] ||
      rows().filter(function (one) { return !field(one, "claim").value && !field(one, "source").value && !field(one, "note").value; })[0] || add();
    field(row, "claim").value = claim;
    if (source !== undefined) field(row, "source").value = source;
    if (note !== undefined) field(row, "note").value = note;
    return row;
  }

  /* ---- a line of the text ---- */
  function go(line) {
    var before = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    var end = text.value.indexOf("\n", before);
    text.focus();
    text.setSelectionRange(before, end < 0 ? text.value.length : end);
    /* Chromium scrolls a selection into view when the field is focused anew; others by share of length. */
    text.scrollTop = Math.max(0, text.scrollHeight * before / Math.max(1, text.value.length) - text.clientHeight / 3);
    text.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", function (e) {
    var line = e.target.closest("a[data-line]");
    if (line) { e.preventDefault(); go(Number(line.dataset.line)); return; }
    var claim = e.target.closest('button[name="attach"]');
    if (claim) {
      e.preventDefault();
      var row = attach(claim.value);
      field(row, "source").focus();
      row.scrollIntoView({ block: "center" });
      keep();
      return;
    }
    if (e.target.closest("[data-add]")) field(add(), "claim").focus();
  });
  form.addEventListener("input", function (e) { if (e.target.name !== "file") changed(); });
  form.addEventListener("submit", function (e) {
    if (bytes(text.value) > Number(form.dataset.most)) {
      e.preventDefault();
      check();
      say(state.textContent);
      return;
    }
    leaving = true;
    keep();
  });
  form.elements.namedItem("file").addEventListener("change", function (e) {
    var file = e.target.files[0];
    if (!file || file.size > Number(form.dataset.most) || !/\.(md|markdown|txt)$/i.test(file.name)) return;
    file.text().then(function (words) {
      if (words.indexOf("\uFFFD") >= 0) return;
      text.value = (text.value.trim() ? text.value.replace(/\s+$/, "") + "\n\n" : "") + words.replace(/\r\n?/g, "\n");
      e.target.value = "";
      say("The file’s text stands in the field. It is not saved yet.");
      changed();
    });
  });
  document.addEventListener("keydown", function (e) {
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "s" && form.contains(document.activeElement)) {
      e.preventDefault();
      form.requestSubmit(form.querySelector('[name="act"][value="save"]'));
    }
  });
  window.addEventListener("pagehide", function () { if (!leaving && timer) keep(); });
  offer();
}());
