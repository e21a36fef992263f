// Plays WeCom's client in a sandbox, where there is none: the chat is with whom the address names. As the SDK would, it
// asks for both signatures first.

window.ww = {
  register(options) {
    this.options = options;
  },
  async getCurExternalContact() {
    const url = location.href.split("#")[0];
    await this.options.getConfigSignature(url);
    await this.options.getAgentConfigSignature(url);
    return { userId: new URLSearchParams(location.search).get("chat") ?? "" };
  },
};
