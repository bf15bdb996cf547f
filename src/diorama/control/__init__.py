"""Use cases of the control plane, one file a resource, without HTTP."""
