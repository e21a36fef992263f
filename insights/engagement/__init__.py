"""Which customers are active (活跃), silent (沉默) or were never contacted, by what the company says that is."""
