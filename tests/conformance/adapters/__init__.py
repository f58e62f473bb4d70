"""One module per subject: each holds a tuple ADAPTERS, and the predicates that not_modelled.toml names."""
