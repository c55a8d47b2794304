"""Points, versions of results, receipts, corrected answer keys and regrades."""
