"""The PMO pack: one HTML page and one workbook, made of a published release and of nothing else.

    published/pmo.duckdb ──reading──> tables (portfolio, money, steering, …) ──┬─> charts ──> page (HTML)
                                                                              └─> workbook (.xlsx)

Here: what is shown and how. No figure is computed that a mart has; sums are the only arithmetic, and a sum with an
unknown part is unknown. `making.make_pack` is the way in. The same release gives the same bytes.
"""
