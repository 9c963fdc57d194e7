"""The expected files hold tests of the generated projects, which are not tests of this one."""

collect_ignore_glob = ["*/expected/*"]
