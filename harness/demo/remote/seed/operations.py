"""Production, transfers between warehouses, order points, projects and time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from proteus import Model

from seed.clock import Clock
from seed.company import Firm
from seed.masters import Goods
from seed.proteus_batch import click, one, save

PRODUCTIONS = ("draft", "draft", "waiting", "waiting", "assigned", "running", "done", "done", "done", "cancelled")
TRANSFERS = ("draft", "waiting", "assigned", "shipped", "done", "done")
TASKS = (("布线 / Cabling", 16), ("Aufbau der Möbel", 24), ("Hand-over and training", 8))
DAY = dt.date(2026, 2, 2)
LAST_DAY = dt.date(2026, 4, 30)


def create(firm: Firm, goods: Goods, clock: Clock) -> None:
    """What happens inside the company."""
    clock.turn(LAST_DAY)
    _produce(goods)
    _transfer(firm, goods)
    _order_points(goods)
    _work(firm)


def _produce(goods: Goods) -> None:
    bom = Model.get("production.bom")(name="Standing desk")
    for name, quantity in (("Oak board", 2.0), ("Steel tube", 4.0), ("Screw set", 1.0)):
        bom.inputs.new(product=goods.products[name], quantity=quantity)
    desk = goods.products["Standing desk"]
    bom.outputs.new(product=desk, quantity=1.0)
    bom.save()
    desk.boms.new(bom=bom)
    desk.save()
    orders = []
    for i, _ in enumerate(PRODUCTIONS):
        order = Model.get("production")(product=desk, bom=bom, quantity=float(2 + i))
        order.planned_date = order.effective_date = DAY + dt.timedelta(days=i)
        order.effective_start_date = order.effective_date
        orders.append(order)
    save(orders)
    _advance(orders, PRODUCTIONS, (
        ("cancel", ("cancelled",)), ("wait", ("waiting", "assigned", "running", "done")),
        ("assign_force", ("assigned", "running", "done")), ("run", ("running", "done")), ("done", ("done",)),
    ))


def _advance(records: list[Any], goals: tuple[str, ...], buttons: Any) -> None:
    for button, wanted in buttons:
        click([record for record, goal in zip(records, goals, strict=True) if goal in wanted], button)


def _transfer(firm: Firm, goods: Goods) -> None:
    main = one("stock.location", ("code", "=", "WH"))
    second = main.duplicate()[0]
    second.name, second.code = "Lager Hamburg", "WH-HH"
    second.save()
    shipments = []
    for i, _ in enumerate(TRANSFERS):
        shipment = Model.get("stock.shipment.internal")(company=firm.company)
        shipment.from_location, shipment.to_location = main.storage_location, second.storage_location
        shipment.planned_date = DAY + dt.timedelta(days=3 + i)
        for product in goods.stocked[i : i + 2]:
            move = shipment.moves.new(product=product, quantity=float(10 + i))
            move.from_location, move.to_location = main.storage_location, second.storage_location
        shipments.append(shipment)
    save(shipments)
    _advance(shipments, TRANSFERS, (
        ("wait", TRANSFERS[1:]), ("assign_force", ("assigned", "shipped", "done")),
        ("ship", ("shipped", "done")), ("done", ("done",)),
    ))


def _order_points(goods: Goods) -> None:
    main = one("stock.location", ("code", "=", "WH"))
    points = []
    for product in goods.stocked[:4]:
        point = Model.get("stock.order_point")(product=product, warehouse_location=main, type="purchase")
        point.min_quantity, point.target_quantity = 50.0, 200.0
        points.append(point)
    save(points)


def _work(firm: Firm) -> None:
    Project, Line = Model.get("project.work"), Model.get("timesheet.line")
    project = Project(name="Umzug Büro Hamburg", type="project")
    project.save()
    tasks = []
    for name, hours in TASKS:
        task = Project(name=name, type="task", parent=project)
        task.timesheet_available = True
        task.effort_duration = dt.timedelta(hours=hours)
        tasks.append(task)
    save(tasks)
    support = Model.get("timesheet.work")(name="客户支持 Support")
    support.save()
    works = [support, *(task.timesheet_works[0] for task in tasks)]
    lines = []
    for i in range(40):
        line = Line(work=works[i % len(works)], employee=firm.employee)
        line.date, line.duration = DAY - dt.timedelta(days=i), dt.timedelta(minutes=30 + 15 * (i % 20))
        lines.append(line)
    save(lines)
