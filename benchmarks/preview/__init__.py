"""How long an author waits for the preview, beside other previews of the same text."""
