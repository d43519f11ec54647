// Improves pages that already work without it: nothing here is needed to read, send or understand a page.
"use strict";

// ---------- Colours: the text field is the truth; picker, sample and contrast follow it ----------

/** "#0b83d9" for what people type ("0B83D9", " #fff "), or null when it is no colour. */
const parseColour = (text) => {
  const hex = text.trim().replace(/^#/, "").toLowerCase();
  if (/^[0-9a-f]{3}$/.test(hex)) return `#${[...hex].map((digit) => digit + digit).join("")}`;
  return /^[0-9a-f]{6}$/.test(hex) ? `#${hex}` : null;
};

/** Relative luminance as WCAG 2 defines it, 0 to 1. */
const luminance = (colour) => {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** Contrast of two colours, 1 to 21. */
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

/** The parsed colours of the two text fields whose ids an attribute names: "background text". */
const pairOf = (ids) => ids.split(" ").map((id) => parseColour(document.getElementById(id)?.value ?? ""));

/** A number with one digit behind the point or comma, as the page's language writes it. */
const inWords = (number) => number.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1 });

const describeContrast = (line) => {
  const [background, text] = pairOf(line.dataset.contrast);
  const ratio = background && text ? contrast(background, text) : null;
  const state = ratio === null ? "unknown" : ratio >= 4.5 ? "good" : "bad";
  // Cut, not rounded: 4.49 must not read as 4.5.
  const shown = ratio === null ? "" : inWords(Math.floor(ratio * 10) / 10);
  const words = line.dataset[state].replace("{ratio}", shown);
  line.dataset.state = state;
  if (line.textContent.trim() !== words) line.textContent = words;
};

const drawSample = (sample) => {
  const [background, text] = pairOf(sample.dataset.sample);
  for (const shape of sample.querySelectorAll("[data-fill]")) {
    const colour = shape.dataset.fill === "background" ? background : text;
    if (!colour) continue;
    shape.setAttribute("fill", colour);
    shape.removeAttribute("stroke");
  }
};

/** Whether a button's pair is what its two fields hold. */
const isPressed = (button) => pairOf(button.dataset.fills).join(" ") === button.dataset.pair;

const refreshColours = () => {
  for (const picker of document.querySelectorAll("input[data-for]")) {
    const colour = parseColour(document.getElementById(picker.dataset.for)?.value ?? "");
    if (colour) picker.value = colour;
    picker.classList.toggle("unset", !colour);
    picker.hidden = false;
  }
  document.querySelectorAll("[data-sample]").forEach(drawSample);
  document.querySelectorAll("[data-contrast]").forEach(describeContrast);
  for (const button of document.querySelectorAll("[data-pair]")) button.setAttribute("aria-pressed", isPressed(button));
};

document.addEventListener("input", (event) => {
  const field = document.getElementById(event.target.dataset?.for ?? "");
  if (field) {
    field.value = event.target.value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (field || event.target.closest(".colour")) refreshColours();
});

/** Put colours into the fields of these ids, as if they had been typed. */
const fillIn = (ids, colours) => {
  ids.split(" ").forEach((id, at) => {
    const field = document.getElementById(id);
    if (!colours[at] || !field) return;
    field.value = colours[at];
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  refreshColours();
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-readable], [data-pair]");
  if (!button) return;
  const { readable, pair, fills } = button.dataset;
  if (pair) {
    event.preventDefault();
    fillIn(fills, pair.split(" "));
    return;
  }
  const [background] = pairOf(readable);
  if (!background) return;
  event.preventDefault();
  const isLight = contrast(background, "#ffffff") < contrast(background, "#000000");
  fillIn(readable, [null, isLight ? "#000000" : "#ffffff"]);
});

// ---------- Many calendars: ticking a page at once, a live count, and a typed value chooses "Set to" ----------

const ticks = (form) => [...form.querySelectorAll("tbody [type=checkbox]")];

const countTicks = () => {
  for (const form of document.querySelectorAll("form[data-select]")) {
    const boxes = ticks(form);
    const ticked = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("[data-select-page]");
    all.hidden = false;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    const count = form.querySelector("[data-select-count]");
    count.textContent = ticked ? count.dataset.selectCount.replace("{count}", ticked) : "";
    const [some, every] = form.querySelectorAll("[data-select-some], [name=all]");
    some.classList.toggle("button-primary", ticked > 0);
    every.classList.toggle("button-primary", !ticked && "selectMain" in every.dataset);
  }
};

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-select]");
  if (!form) return;
  if (event.target.matches("[data-select-page]")) {
    for (const box of ticks(form)) box.checked = event.target.checked;
  }
  countTicks();
});

// Leaving the search field filters once more: what was ticked meanwhile stays ticked.
let tickedBefore = new Set();

document.addEventListener("htmx:beforeSwap", ({ target }) => {
  const boxes = target.querySelectorAll("form[data-select] tbody :checked");
  tickedBefore = new Set([...boxes].map((box) => box.value));
});

const tickAgain = () => {
  for (const form of document.querySelectorAll("form[data-select]")) {
    for (const box of ticks(form)) box.checked ||= tickedBefore.has(box.value);
  }
  tickedBefore = new Set();
  countTicks();
};

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const radio = document.getElementById(event.target.closest("[data-chooses]")?.dataset.chooses ?? "");
    if (radio && event.target.value) radio.checked = true;
  });
}

// ---------- Enter in a search inside a form searches, and does not send the form ----------

document.addEventListener("keydown", (event) => {
  const button = document.getElementById(event.target.dataset?.finds ?? "");
  if (!button || event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  button.click();
});

// ---------- A form is sent once ----------

const sent = new WeakMap();
const HOLD_MS = 15_000; // longer than the server gives any write, so that a lost answer does not lock the page

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (Date.now() - (sent.get(form) ?? 0) < HOLD_MS) {
    event.preventDefault();
    return;
  }
  sent.set(form, Date.now());
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => event.submitter?.removeAttribute("aria-disabled"), HOLD_MS);
});

const letSendAgain = () => {
  document.querySelectorAll("form").forEach((form) => sent.delete(form));
  document.querySelectorAll("[type=submit][aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
};

addEventListener("pageshow", letSendAgain);
addEventListener("pageshow", countTicks);

// ---------- The sign-in expires under an open page: its redirect is blocked without a word, so we say it ----------

const sayExpired = () => {
  const place = document.getElementById("alert");
  place.replaceChildren(document.getElementById("expired").content.cloneNode(true));
  letSendAgain();
};

document.addEventListener("securitypolicyviolation", (event) => {
  // What was led elsewhere is reported by the address that it was sent to, which is ours.
  const ours = event.blockedURI.startsWith(location.origin);
  if (ours && ["form-action", "connect-src"].includes(event.effectiveDirective)) sayExpired();
});

document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (![401, 403].includes(xhr.status)) return;
  if (xhr.getResponseHeader("X-Request-ID")) location.reload(); // our own refusal: its page says why
  else sayExpired();
});

// ---------- Keys lead to links and fields that name them; whoever wants none gets none from the server ----------

const PAUSE_MS = 1_500; // between two keys that belong together
let pressed = { keys: "", at: 0 };

const isWriting = (element) => element.isContentEditable || element.matches("input, textarea, select");

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const isOurs = !(event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing);
  if (!("shortcuts" in document.documentElement.dataset) || !isOurs || event.defaultPrevented) return;
  if (key.length !== 1 || isWriting(target)) return;
  const before = Date.now() - pressed.at < PAUSE_MS ? `${pressed.keys} ` : "";
  const named = (keys) => document.querySelector(`[data-keys="${CSS.escape(keys)}"]`);
  const place = (before && named(before + key)) || named(key);
  pressed = { keys: place ? "" : key, at: Date.now() };
  if (!place) return;
  event.preventDefault();
  if (place.matches("input")) place.focus();
  else place.click();
});

// ---------- What a sighted person sees change is also said ----------

const focusProblem = () => document.querySelector(".error-summary")?.focus();

document.addEventListener("htmx:afterSettle", (event) => {
  const news = event.target.querySelector?.("[data-announce]");
  const announce = document.getElementById("announce");
  const words = news?.textContent.trim();
  const isNew = news?.dataset.announce !== "changes" || words !== announce.textContent;
  if (news && isNew) announce.textContent = words;
  document.getElementById("alert").replaceChildren();
  refreshColours();
  tickAgain();
});

// Buttons that only do what the script has done already.
document.querySelectorAll("[data-needless]").forEach((button) => { button.hidden = true; });

refreshColours();
countTicks();
focusProblem();
