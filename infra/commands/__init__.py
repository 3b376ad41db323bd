"""The commands of infra.manage, one module each; see there what a module holds."""
