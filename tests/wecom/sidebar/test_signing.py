from wecom.sidebar import signing


def test_the_digest_is_that_of_wecoms_own_example() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    found = signing.digest(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value")
    assert found == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_what_is_behind_the_hash_does_not_count_and_each_signature_is_another() -> None:
    first, second = signing.sign("t", "https://a/b?c=d#e"), signing.sign("t", "https://a/b?c=d")
    assert first["nonceStr"] != second["nonceStr"]
    for made in (first, second):
        assert made["signature"] == signing.digest("t", made["nonceStr"], made["timestamp"], "https://a/b?c=d")
