"""The readers' site: executed notebooks and processed tables → a folder of static pages that fetch nothing."""
