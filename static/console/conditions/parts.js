// The parts of the tree, drawn: groups, questions, and rows of a set. Everything that can be changed calls one of
// ``acts``; the builder then draws anew and puts the focus back by the ids, which are those of the nodes.
import { button, element, filled, icon, select } from "./dom.js";
import { editor } from "./editors.js";

export class Parts {
  constructor({ name, catalogue, texts, server, acts }) {
    Object.assign(this, { prefix: name, catalogue, texts, server, acts });
  }

  id(node, role) {
    return `${this.prefix}-${node.id}-${role}`;
  }

  // label: "2.1", where it stands; empty for the outermost group and that of a set's rows, which can't be removed.
  part(node, set, depth, label = "") {
    const drawn = this[node.type](node, set, depth, label);
    drawn.dataset.node = node.id;
    return drawn;
  }

  group(node, set, depth, label) {
    const { texts, catalogue } = this;
    const joined = { all: texts.and, any: texts.or }[node.mode] ?? "";
    const parts = node.parts.map((part, at) => {
      const own = `${label}${label && "."}${at + 1}`;
      return element("li", { class: "cb-part", "data-join": at ? joined : "" }, this.part(part, set, depth + 1, own));
    });
    const add = (run, text, role, allowed) =>
      allowed && button([icon("add"), text], run, { id: this.id(node, role), class: "cb-add" });
    const room = depth + 1 <= catalogue.bounds.depth;
    const head = element("div", { class: "cb-head" },
      node.parts.length > 1 || label || node.mode !== "all"
        ? select(Object.entries(texts.modes), node.mode, (mode) => this.acts.change(node, { mode }),
            { id: this.id(node, "mode"), class: "cb-select cb-mode", "aria-label": texts.mode })
        : element("span", { class: "cb-lone" }, this.lone(node, set)),
      label && this.remove(node, filled(texts.remove_group, { n: label })));
    return element("div", { class: `cb-group cb-${node.mode}`, role: "group", "aria-label": label ? filled(texts.group, { n: label }) : this.lone(node, set) },
      head, parts.length ? element("ol", { class: "cb-parts" }, parts) : null,
      element("div", { class: "cb-adds" }, add(() => this.acts.add(node, "question"), texts.add, "add", room),
        add(() => this.acts.add(node, "group"), texts.add_group, "add-group", room && depth + 2 <= catalogue.bounds.depth)));
  }

  // What stands in the place of "all of", where there is nothing to choose between.
  lone(node, set) {
    const { lone, everybody, lone_row, any_row } = this.texts;
    return set ? (node.parts.length ? lone_row : any_row) : node.parts.length ? lone : everybody;
  }

  remove(node, label) {
    return button(icon("delete"), () => this.acts.remove(node),
      { id: this.id(node, "remove"), class: "cb-remove", "aria-label": label, title: label });
  }

  // Which field is asked: the customer's own, and the sets of rows where there are any.
  asked(node, set, chosen) {
    const { catalogue, texts } = this;
    const fields = [...catalogue.fields(set).values()].map((field) => [`field:${field.key}`, catalogue.name(field)]);
    if (chosen && chosen.startsWith("field:") && !fields.some(([key]) => key === chosen)) fields.push([chosen, chosen.slice(6)]);
    const sets = [...catalogue.sets.values()].map((each) => [`set:${each.key}`, catalogue.name(each)]);
    const entries = set ? fields : [{ label: texts.own, entries: fields }, { label: texts.sets, entries: sets }];
    return select(chosen ? entries : [["", texts.choose_field], ...entries], chosen ?? "", (key) => this.acts.ask(node, set, key),
      { id: this.id(node, "field"), class: "cb-select cb-field", "aria-label": texts.field });
  }

  question(node, set, _depth, label) {
    const { catalogue, texts } = this;
    const field = catalogue.field(set, node.field);
    const row = element("div", { class: "cb-row" }, this.asked(node, set, node.field && `field:${node.field}`));
    if (node.field) {
      const ops = field.ops.map(({ op }) => [op, catalogue.op_name(op)]);
      if (!ops.some(([op]) => op === node.op)) ops.unshift([node.op, node.op || texts.choose]);
      // A yes or no is asked by its value alone.
      const plain = field.kind === "flag" && node.op === "is";
      if (!plain) row.append(select(ops, node.op, (op) => this.acts.compare(node, set, op),
        { id: this.id(node, "op"), class: "cb-select cb-op", "aria-label": filled(texts.op, { name: catalogue.name(field) }) }));
      const value = this.value(node, set, field);
      if (value) row.append(element("div", { class: "cb-value" }, value));
    }
    row.append(this.remove(node, filled(texts.remove, { n: label })));
    return element("div", { class: "cb-question", role: "group", "aria-label": filled(texts.condition, { n: label }) }, row);
  }

  value(node, set, field) {
    const { catalogue, texts, server } = this;
    const takes = catalogue.takes(set, node);
    const key = set ? `${set}.${field.key}` : field.key;
    const ids = (Array.isArray(node.value) ? node.value : [node.value]).filter((each) => typeof each === "number");
    const reference = field.valuesUrl && {
      names: server.names_of(key),
      ready: server.learn(key, ids),
      search: (term, signal) => server.values(key, { term }, signal),
    };
    return editor({ id: this.id(node, "value"), label: catalogue.name(field), field, takes, op: node.op, value: node.value, texts,
      name: catalogue.name, reference, change: (value) => this.acts.value(node, value) });
  }

  some(node, _set, depth, label) {
    const { texts, catalogue } = this;
    const name = catalogue.sets.has(node.set) ? catalogue.name(catalogue.sets.get(node.set)) : node.set;
    const none = node.how === "atMost" && node.times === 0;
    const times = element("input", {
      id: this.id(node, "times"), class: "cb-input cb-short", type: "number", min: node.how === "atLeast" ? 1 : 0, max: 1000,
      step: 1, value: node.times ?? "", "aria-label": texts.times,
      on: { input: (event) => this.acts.times(node, event.target.value) },
    });
    const count = select(Object.entries(texts.counts), none ? "none" : node.how, (how) => this.acts.count(node, how),
      { id: this.id(node, "how"), class: "cb-select cb-op", "aria-label": filled(texts.count, { name }) });
    const row = element("div", { class: "cb-row" }, this.asked(node, "", `set:${node.set}`), count,
      none ? null : element("div", { class: "cb-value cb-line" }, times, element("span", { "aria-hidden": "true" }, texts.of_them)),
      this.remove(node, filled(texts.remove, { n: label })));
    return element("div", { class: "cb-question cb-some", role: "group", "aria-label": filled(texts.condition, { n: label }) },
      row, element("div", { class: "cb-where" }, this.part(node.where, node.set, depth + 1)));
  }
}
