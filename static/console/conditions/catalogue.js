// What can be asked, as the server told it, by key.

export class Catalogue {
  constructor(told, texts, language) {
    this.bounds = told.bounds;
    this.texts = texts;
    this.name = (entry) => (language === "zh" ? entry.nameZh : entry.nameEn);
    this.sets = new Map(told.sets.map((set) => [set.key, set]));
    this.tables = new Map(told.sets.map((set) => [set.key, by_key(set.fields)]));
    this.tables.set("", by_key(told.fields));
  }

  fields(set) {
    return this.tables.get(set) ?? new Map();
  }

  // One that this service doesn't know (any more) is shown by its key, and the server tells what is wrong with it.
  field(set, key) {
    const unknown = { key, nameZh: key, nameEn: key, kind: "unknown", ops: [], choices: [], valuesUrl: null };
    return this.fields(set).get(key) ?? unknown;
  }

  takes(set, node) {
    return this.field(set, node.field).ops.find((op) => op.op === node.op)?.takes ?? "nothing";
  }

  op_name(op) {
    return this.texts.ops[op] ?? op;
  }
}

function by_key(fields) {
  return new Map(fields.map((field) => [field.key, field]));
}
