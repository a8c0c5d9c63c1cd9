"""Service descriptions of both versions: sets, keys, links and actions."""

from __future__ import annotations

import pytest

from harness.adapters.odata.description import Link, parse_metadata
from harness.adapters.odata.edm import Version
from tests.fakes.odata import metadata

V2 = b"""<?xml version="1.0"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"
  xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
  xmlns:sap="http://www.sap.com/Protocols/SAPData"><edmx:DataServices m:DataServiceVersion="2.0">
<Schema Namespace="S" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
 <EntityType Name="Order"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.String"/>
  <Property Name="Day" Type="Edm.DateTime" sap:display-format="Date"/>
  <Property Name="At" Type="Edm.DateTime"/>
  <NavigationProperty Name="Items" Relationship="S.OrderItems" FromRole="One" ToRole="Many"/>
 </EntityType>
 <EntityType Name="Item"><Key><PropertyRef Name="Order"/><PropertyRef Name="No"/></Key>
  <Property Name="Order" Type="Edm.String"/><Property Name="No" Type="Edm.Int32"/></EntityType>
 <Association Name="OrderItems"><End Type="S.Order" Multiplicity="1" Role="One"/>
  <End Type="S.Item" Multiplicity="*" Role="Many"/></Association>
 <EntityContainer Name="C"><EntitySet Name="Orders" EntityType="S.Order"/>
  <EntitySet Name="Items" EntityType="S.Item"/>
  <FunctionImport Name="Orders_bill" m:HttpMethod="POST" sap:action-for="S.Order">
   <Parameter Name="Id" Type="Edm.String"/>
   <Parameter Name="Day" Type="Edm.DateTime" sap:display-format="Date"/></FunctionImport>
  <FunctionImport Name="pay" m:HttpMethod="POST"><Parameter Name="Amount" Type="Edm.Decimal"/>
  </FunctionImport>
 </EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"""
V4 = b"""<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="com.example.sales" Alias="SELF" xmlns="http://docs.oasis-open.org/odata/ns/edm">
 <EntityType Name="Document"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Guid"/>
 </EntityType>
 <EntityType Name="Order" BaseType="SELF.Document"><Property Name="Day" Type="Edm.Date"/>
  <NavigationProperty Name="Items" Type="Collection(SELF.Document)"/></EntityType>
 <Action Name="bill" IsBound="true"><Parameter Name="it" Type="SELF.Document"/></Action>
 <Action Name="bill" IsBound="true"><Parameter Name="it" Type="SELF.Order"/>
  <Parameter Name="Day" Type="Edm.Date"/></Action>
 <Action Name="pay"><Parameter Name="Amount" Type="Edm.Decimal"/></Action>
 <Action Name="hidden"/>
 <EntityContainer Name="C"><EntitySet Name="Orders" EntityType="SELF.Order"/>
  <ActionImport Name="payNow" Action="SELF.pay"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"""


def test_v4_with_an_alias_a_base_and_actions_of_one_name() -> None:
    """A type has what its base has; an action is told by what it is an action of."""
    found = parse_metadata(V4)
    order = found.type_of("Orders")

    assert found.version is Version.V4
    assert (order.keys, dict(order.properties)) == (("Id",), {"Id": "Edm.Guid", "Day": "Edm.Date"})
    assert order.links == {"Items": Link("com.example.sales.Document", many=True)}
    bill = found.bound("Orders", "bill")
    assert bill is not None
    assert (bill.path, dict(bill.parameters)) == ("com.example.sales.bill", {"Day": "Edm.Date"})
    assert [found.unbound(name) is not None for name in ("pay", "hidden", "bill")] == [True, False, False]
    assert found.unbound("pay") == found.unbound("com.example.sales.pay") == found.unbound("payNow")


def test_v2_with_dates_links_and_functions() -> None:
    """What SAP displays as a date is a date; a function is found by its own name and by its action's."""
    found = parse_metadata(V2)
    order = found.type_of("Orders")

    assert found.version is Version.V2
    assert (order.properties["Day"], order.properties["At"]) == ("Edm.Date", "Edm.DateTime")
    assert order.links == {"Items": Link("S.Item", many=True)}
    assert found.type_of("Items").keys == ("Order", "No")
    bill = found.bound("Orders", "bill")
    assert bill == found.bound("Orders", "Orders_bill")
    assert bill is not None
    assert (bill.method, bill.parameters["Day"]) == ("POST", "Edm.Date")
    assert found.unbound("pay") is not None


def test_the_description_of_the_fake() -> None:
    """All that reading needs."""
    orders = parse_metadata(metadata().encode()).type_of("SalesOrders")

    assert (orders.name, orders.keys) == ("SalesOrder", ("OrderNumber",))
    assert (orders.properties["NetAmount"], orders.properties["DocumentDate"]) == ("Edm.Decimal", "Edm.Date")
    assert orders.links["Items"] == Link("Sales.SalesOrderItem", many=True)


@pytest.mark.parametrize("content", [b"", b"<html/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_describes_no_service_is_refused(content: bytes) -> None:
    """An XML bomb is not even parsed."""
    with pytest.raises(ValueError, match="description"):
        parse_metadata(content)
