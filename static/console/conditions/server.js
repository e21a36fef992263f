// What the builder asks the server: names and values to pick from, and whom the condition finds.

export class Server {
  // own: {values, preview} addresses; about(): more parameters, read when they are needed.
  constructor(own, about) {
    this.own = own;
    this.about = about;
    this.names = new Map();
  }

  // The names of one field's values that are known, shared by all questions about the same field.
  names_of(key) {
    if (!this.names.has(key)) this.names.set(key, new Map());
    return this.names.get(key);
  }

  async values(key, parameters, signal) {
    const query = new URLSearchParams({ field: key, ...this.about(), ...parameters });
    return (await answer(await fetch(`${this.own.values}?${query}`, { signal, headers: JSON_ONLY }))).results;
  }

  // Learn what ids are called that came with the condition.
  async learn(key, ids) {
    const names = this.names_of(key);
    const unknown = ids.filter((id) => !names.has(id));
    for (let at = 0; at < unknown.length; at += 100) {
      const found = await this.values(key, { ids: unknown.slice(at, at + 100).join() });
      for (const entry of found) names.set(entry.id, entry.text);
    }
  }

  async preview(condition, token, signal) {
    const sent = { condition, ...this.about() };
    const headers = { ...JSON_ONLY, "Content-Type": "application/json", "X-CSRFToken": token };
    return answer(await fetch(this.own.preview, { method: "POST", body: JSON.stringify(sent), signal, headers }));
  }
}

const JSON_ONLY = { Accept: "application/json" };

export class Refused extends Error {
  constructor(told) {
    super(told.message ?? "");
    this.errors = told.errors ?? [];
  }
}

async function answer(response) {
  // Who was logged out meanwhile is sent to a page.
  const told = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
  if (told === null) throw new Error(`${response.status}`);
  if (!response.ok) throw new Refused(told);
  return told;
}
