// Asks WeCom's client whom the chat is with, and goes to that customer's page. The SDK signs the page when it has to.

const asking = document.getElementById("asking");
const { corp, agent, signatures, find } = asking.dataset;

async function signature(kind, url) {
  const answer = await fetch(`${signatures}?${new URLSearchParams({ kind, url })}`);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told;
}

async function addressOf(externalUserid) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const answer = await fetch(find, { method: "POST", headers, body: JSON.stringify({ externalUserid }) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  return told.address;
}

function say(text) {
  asking.querySelector("p").textContent = text;
}

async function look() {
  window.ww.register({
    corpId: corp,
    agentId: agent,
    jsApiList: ["getCurExternalContact"],
    getConfigSignature: (url) => signature("corp", url),
    getAgentConfigSignature: (url) => signature("app", url),
  });
  const { userId } = await window.ww.getCurExternalContact();
  if (!userId) return say(asking.dataset.nobody);
  location.replace(await addressOf(userId));
}

look().catch((error) => {
  // The SDK's own errors have a code; ours are sentences for people.
  if (error?.errCode !== undefined) say(`${asking.dataset.nobody} (${error.errCode})`);
  else say(error?.message || asking.dataset.failed);
});
