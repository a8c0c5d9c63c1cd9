"""Behaviour planted in a copy of the upgraded ERP, one small file for each defect.

The ERP's own interpreter reads them: see `harness/demo/remote/overlay/planting.py`.
"""
