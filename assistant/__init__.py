"""The judgement: assay, consult, prescribe."""
