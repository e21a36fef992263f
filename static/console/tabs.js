// Tabs that are read when they are opened. A heading is a link to the page with its tab in it, which is what happens
// without this script; with it the panel fetches the part from its own address, once, and the page stays as it is.

const PATIENCE = 30_000;
const list = document.querySelector("[data-tabs]");
const headings = [...list.querySelectorAll('[role="tab"]')];
const turns = new WeakMap();

const headingOf = (name) => headings.find((heading) => heading.dataset.tab === name);
const panelOf = (heading) => document.getElementById(heading.getAttribute("aria-controls"));
const message = (kind) => document.getElementById(`tabs-${kind}`).content.cloneNode(true);
const plain = (event) => !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

function show(heading) {
  for (const each of headings) {
    const chosen = each === heading;
    each.setAttribute("aria-selected", String(chosen));
    each.classList.toggle("active", chosen);
    panelOf(each).hidden = !chosen;
  }
  reach(heading);
  heading.scrollIntoView({ block: "nearest", inline: "nearest" });
  // The theme leads back to the tab that it knows of after the page has been saved.
  const theme = window.Alpine?.$data(document.body);
  if (theme) theme.activeTab = heading.dataset.tab;
  const panel = panelOf(heading);
  if (panel.dataset.address && !panel.dataset.state) fill(panel, panel.dataset.address);
}

// Of the headings one is reached by the Tab key, the others by the arrows.
function reach(heading) {
  for (const each of headings) each.tabIndex = each === heading ? 0 : -1;
}

async function fill(panel, address) {
  const turn = (turns.get(panel) ?? 0) + 1;
  turns.set(panel, turn);
  panel.dataset.state = "loading";
  panel.dataset.last = address;
  panel.setAttribute("aria-busy", "true");
  if (!panel.querySelector("table, ol")) panel.replaceChildren(message("loading"));
  const [kind, text] = await fetched(address);
  if (turns.get(panel) !== turn) return;
  panel.removeAttribute("aria-busy");
  if (kind !== "done") return fail(panel, kind);
  panel.dataset.state = "done";
  panel.innerHTML = text;
  // What the theme and Django bring to life when a page comes, they are asked to look for again.
  window.inlines?.();
  if (panel.querySelector(".vDateField, .vTimeField")) pickers();
}

async function fetched(address) {
  try {
    const asked = { headers: { Accept: "text/html" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
    const answer = await fetch(address, asked);
    // Whoever is not logged in any more is led to the login page, which has no place in here.
    if (answer.type === "opaqueredirect") return ["gone", ""];
    return answer.ok ? ["done", await answer.text()] : ["failed", ""];
  } catch {
    return ["failed", ""];
  }
}

function fail(panel, kind) {
  // Opened again, it is tried again.
  panel.dataset.state = "";
  panel.replaceChildren(message(kind));
  const login = panel.querySelector("[data-login]");
  if (login) login.href = headings.find((heading) => panelOf(heading) === panel).href;
}

// It would put a second calendar and clock beside the fields that have them.
function pickers() {
  for (const shortcuts of document.querySelectorAll(".datetimeshortcuts")) shortcuts.remove();
  window.DateTimeShortcuts?.init();
}

function addressOf(heading) {
  const query = new URLSearchParams(location.search);
  query.delete("tab");
  const rest = query.size ? `?${query}` : "";
  return `${location.pathname}${rest}#${heading.dataset.tab}`;
}

function wanted() {
  const asked = [location.hash.slice(1), new URLSearchParams(location.search).get("tab"), list.dataset.opened];
  return asked.map(headingOf).find(Boolean) ?? headings[0];
}

async function refill(panel, address) {
  await fill(panel, address);
  // What was pressed is gone with what the panel held.
  if (!panel.hidden) panel.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-tab], [data-page], [data-again]");
  if (!link || !plain(event)) return;
  const panel = link.closest('[role="tabpanel"]');
  event.preventDefault();
  if (link.dataset.page) return refill(panel, link.dataset.page);
  if ("again" in link.dataset) return refill(panel, panel.dataset.last);
  const heading = headingOf(link.dataset.tab);
  if (heading.getAttribute("aria-selected") !== "true") history.pushState(null, "", addressOf(heading));
  show(heading);
  heading.focus();
});

list.addEventListener("keydown", (event) => {
  const at = headings.indexOf(event.target);
  if (at < 0 || !plain(event)) return;
  const last = headings.length - 1;
  const next = { ArrowRight: at < last ? at + 1 : 0, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
  if (next !== undefined) {
    reach(headings[next]);
    headings[next].focus();
  } else if (event.key === " ") event.target.click();
  else return;
  event.preventDefault();
});

// The theme asks before what was typed is lost, of the fields that it saw when the page came.
document.addEventListener("input", (event) => {
  const form = event.target.closest?.('[role="tabpanel"][data-address]')?.closest("form");
  form?.elements.csrfmiddlewaretoken?.dispatchEvent(new Event("input"));
});

window.addEventListener("popstate", () => show(wanted()));

for (const heading of headings) {
  const panel = panelOf(heading);
  if (panel.childElementCount && panel.dataset.address) panel.dataset.state = "done";
}
// What was refused is seen first, whichever tab it was sent from.
show("refused" in list.dataset ? headingOf(list.dataset.opened) : wanted());
