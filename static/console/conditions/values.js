// What the value of a question has to look like, and what becomes of it when the question changes.

export function fresh(takes, field, old, before) {
  if (takes === before && old !== undefined) return old;
  if (takes === "nothing") return undefined;
  if (takes === "many" && before === "one" && old !== undefined) return [old];
  if (takes === "one" && before === "many" && Array.isArray(old) && old.length) return old[0];
  return { days: { days: 30 }, period: "month", many: [], pair: [undefined, undefined] }[takes] ?? first_of(field);
}

function first_of(field) {
  return field.kind === "flag" ? true : undefined;
}

export function is_whole(takes, value) {
  if (takes === "nothing") return true;
  if (takes === "many") return Array.isArray(value) && value.length > 0;
  if (takes === "pair") return Array.isArray(value) && value.length === 2 && value.every(given);
  if (takes === "days") return given(value?.days);
  return given(value);
}

function given(value) {
  return value !== undefined && value !== null && value !== "";
}

const NUMBERS = { number, days: number, decimal };

// How a typed number of this kind of field is read; undefined where the field holds no numbers.
export function reader(kind) {
  return NUMBERS[kind];
}

// A number that is none yet is nothing, so that the server need not be asked about it.
export function number(text) {
  return /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : undefined;
}

function decimal(text) {
  return /^-?\d{1,11}(\.\d{1,4})?$/.test(text.trim()) ? Number(text) : undefined;
}
