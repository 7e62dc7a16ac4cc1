"""The training loop: adapters of any Longformer, trained in steps that can be interrupted and continued."""
