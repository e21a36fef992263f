"""Rules that tag by themselves (自动打标), and can say why they did, be tried before, and be taken back after."""
