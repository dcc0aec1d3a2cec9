"""The five notebooks as pipelines of doit, Snakemake and DVC, whose steps call papermill as it is."""
