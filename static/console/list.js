// The customer list. Everything here is also done by plain links and forms.

const form = document.getElementById("filter-form");
const drawer = document.getElementById("changelist-filter");
const opener = document.getElementById("filters-open");

// Fields that nobody filled in stay out of the address.
form?.addEventListener("formdata", (event) => {
  const filled = [...event.formData].filter(([, value]) => value !== "");
  for (const name of new Set(event.formData.keys())) event.formData.delete(name);
  for (const [name, value] of filled) event.formData.append(name, value);
});

// Whoever opens the drawer is in it, and back at its button when it is closed.
if (drawer && opener) {
  let open = false;
  new MutationObserver(() => {
    const shown = drawer.style.display !== "none";
    if (shown === open) return;
    open = shown;
    (open ? drawer.querySelector("select, input:not([type=hidden])") : opener)?.focus();
  }).observe(drawer, { attributeFilter: ["style"] });
}

// Search as you type: the parts of the page that tell of the rows are those of the answer. What is typed doesn't go into
// the browser's history; Enter still sends the form, and then the address says it.
const PARTS = ["customer-export", "customer-asked", "changelist-form", "customer-pages"];
const PAUSE = 300;
const search = document.getElementById("changelist-search");
const box = document.getElementById("searchbar");
const told = document.getElementById("customer-told");
let timer = null;
let asking = null;

async function show() {
  asking?.abort();
  asking = new AbortController();
  const url = new URL(search.action || location.href);
  url.search = new URLSearchParams(new FormData(search)).toString();
  try {
    const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Logged out meanwhile, or an answer of another kind: the form says it as it always does.
    if (!PARTS.every((id) => page.getElementById(id))) return search.submit();
    for (const id of PARTS) document.getElementById(id).replaceWith(page.getElementById(id));
    // The theme's script has seen the boxes of the rows before, and knows nothing of these.
    const parent = document.getElementById("changelist-form");
    const boxes = parent.querySelectorAll("tr input.action-select");
    if (boxes.length) window.Actions?.(boxes, { parent });
    told.textContent = document.querySelector("#customer-pages [data-count]").textContent.trim();
  } catch (error) {
    if (error.name !== "AbortError") search.submit();
  }
}

function wait(event) {
  // Chinese is typed by way of other letters: these aren't searched for.
  if (event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(show, PAUSE);
}

if (search && box && told) {
  box.addEventListener("input", wait);
  box.addEventListener("compositionend", wait);
  search.addEventListener("submit", () => clearTimeout(timer));
}
