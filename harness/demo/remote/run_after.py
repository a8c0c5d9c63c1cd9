"""What Tryton's migration page asks to run by hand after the update; run by the target's interpreter.

    python run_after.py CONFIG DATABASE

7.6: internal shipments on their way learn which location they are in transit at. The page's own script
reads the field `transit_location`, which answers from the database, where the shipment is not a draft: on
8.0 that is always empty, and the shipments then fail their own validation. Asking the method does what the
page means.
"""

import os
import sys


def main(config_file: str, database: str) -> None:
    os.environ["TRYTOND_CONFIG"] = config_file
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    Pool.start()
    pool = Pool(database)
    pool.init()
    with Transaction().start(database, 0, context={"active_test": False}):
        Shipment = pool.get("stock.shipment.internal")
        shipments = Shipment.search([("state", "not in", ["request", "draft"])])
        for shipment in shipments:
            state = shipment.state
            shipment.state = "draft"
            shipment.internal_transit_location = shipment.on_change_with_transit_location()
            shipment.state = state
        Shipment.save(shipments)
    print("internal shipments:", len(shipments))


if __name__ == "__main__":
    main(*sys.argv[1:3])
