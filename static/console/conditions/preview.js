// How many the condition finds, a few of them, and what it says in words: asked when nobody types for a moment; an
// answer that has been overtaken is thrown away.
import { element, filled } from "./dom.js";
import { Refused } from "./server.js";

const WAIT = 400;

export class Preview {
  // failed(errors): what the server found wrong, by path.
  constructor({ server, texts, token, failed }) {
    Object.assign(this, { server, texts, token, failed, timer: 0, asked: null });
    this.count = element("p", { class: "cb-count", role: "status", "aria-live": "polite", "aria-atomic": "true" });
    this.sentence = element("p", { class: "cb-sentence", lang: document.documentElement.lang });
    this.rows = element("ol", { class: "cb-sample" });
    this.sample = element("details", { class: "cb-details", hidden: true }, element("summary", {}, texts.sample), this.rows);
    this.drawn = element("section", { class: "cb-preview", "aria-label": texts.preview }, this.count, this.sentence, this.sample);
  }

  say(text, state) {
    this.count.textContent = text;
    this.drawn.dataset.state = state;
  }

  stop() {
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  waiting(text) {
    this.stop();
    this.say(text, "waiting");
    this.sentence.textContent = "";
    this.sample.hidden = true;
  }

  soon(condition) {
    this.stop();
    this.say(this.texts.counting, "counting");
    this.timer = setTimeout(() => this.ask(condition), WAIT);
  }

  async ask(condition) {
    const asked = (this.asked = new AbortController());
    try {
      const told = await this.server.preview(condition, this.token(), asked.signal);
      if (!asked.signal.aborted) this.show(told);
    } catch (error) {
      if (error.name === "AbortError" || asked.signal.aborted) return;
      if (!(error instanceof Refused)) return this.waiting(this.texts.unreachable);
      this.waiting(error.message);
      this.failed(error.errors);
    }
  }

  show({ count, sentence, sample }) {
    this.failed([]);
    const shown = new Intl.NumberFormat(document.documentElement.lang || undefined).format(count);
    this.say(filled(count === 1 ? this.texts.one_found : this.texts.number_found, { n: shown }), "counted");
    this.sentence.textContent = sentence;
    this.sample.hidden = !sample.length;
    this.rows.replaceChildren(...sample.map((row) =>
      element("li", {}, element("a", { class: "text-link", href: row.url, target: "_blank", rel: "noopener" }, row.name),
        element("span", {}, row.about))));
  }
}
