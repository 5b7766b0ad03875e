"""Room temperature and effect evaluation (室温和供热效果, section 6). Floor and band are two measures, never mixed. Pure."""
