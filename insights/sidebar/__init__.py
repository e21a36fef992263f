"""The page that an employee has beside a chat in WeCom (聊天侧边栏): who this customer is, and what to do about it."""
