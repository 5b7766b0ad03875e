"""Works projects (工程项目): what is built, repaired, installed, surveyed, written or developed, with its proof."""
