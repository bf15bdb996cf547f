"""One small document for each style in which APIs are written, and what is understood of it."""

from __future__ import annotations

from diorama.capabilities.resources.model import Paging, Role, Spot
from diorama.model.definition import MediaType, Response
from tests.unit.capabilities.resources.documents import (
    FLAG,
    FORM,
    JSON,
    NUMBER,
    TEXT,
    array,
    endpoint,
    inferred,
    only,
    play_of,
    reasons_of,
    ref,
    roles_of,
    thing,
)


def test_form_style__with_posts_that_update__is_understood() -> None:
    customer = thing("id", "object", id=TEXT, object=TEXT, email=TEXT, name=TEXT, created=NUMBER)
    deleted = thing("id", "deleted", id=TEXT, deleted={"type": "boolean", "enum": [True]})
    listed = thing(data=array(ref("customer")), has_more=FLAG, object=TEXT, url=TEXT)
    written = thing(email=TEXT, name=TEXT, expand=array(TEXT))
    inference = inferred(
        endpoint(
            "GET /v1/customers",
            listed,
            thing(),
            takes=FORM,
            query={"limit": NUMBER, "starting_after": TEXT, "ending_before": TEXT, "email": TEXT, "created": NUMBER},
        ),
        endpoint("POST /v1/customers", ref("customer"), written, takes=FORM),
        endpoint("GET /v1/customers/search", listed, query={"query": TEXT, "limit": NUMBER, "page": TEXT}),
        endpoint("GET /v1/customers/{customer}", {"anyOf": [ref("customer"), ref("deleted_customer")]}),
        endpoint("POST /v1/customers/{customer}", ref("customer"), written, takes=FORM),
        endpoint("DELETE /v1/customers/{customer}", ref("deleted_customer")),
        schemas={"customer": customer, "deleted_customer": deleted},
    )
    resource = only(inference)
    assert (resource.name, resource.schema_name, resource.id_field) == ("customer", "customer", ("id",))
    assert list(roles_of(resource).values()) == ["list", "create", "list", "read", "update", "delete"]
    listing, search = (play for play in resource.plays if play.role is Role.LIST)
    assert listing.paging == Paging("id", "limit", 20, 100, "starting_after", "ending_before")
    assert listing.listing is not None
    assert listing.listing.has_more == ("has_more",)
    assert listing.listing.self_link == ("url",)
    assert listing.listing.filters == (("email", ("email",)), ("created", ("created",)))
    assert listing.listing.newest_first
    assert search.listing is not None
    assert search.listing.filters == (("query", ()),)
    assert (search.paging.style, search.paging.position, search.certainty) == ("cursor", "page", 0.8)
    assert play_of(resource, Role.READ).tombstone
    assert play_of(resource, Role.DELETE).tombstone
    assert play_of(resource, Role.DELETE).item is None
    assert play_of(resource, Role.UPDATE).patch == "fields"
    assert play_of(resource, Role.UPDATE).id == Spot("path", "customer")


def test_suffixed_style__with_other_spellings__is_understood() -> None:
    message = thing(sid=TEXT, account_sid=TEXT, body=TEXT, date_sent=TEXT, status=TEXT)
    page = {"page": NUMBER, "page_size": NUMBER, "start": NUMBER, "end": NUMBER, "uri": TEXT}
    page |= {"next_page_uri": TEXT, "first_page_uri": TEXT, "previous_page_uri": TEXT}
    size = NUMBER | {"maximum": 1000, "description": "How many to return. The default is 50."}
    query = {"PageSize": size, "Page": NUMBER | {"minimum": 0}, "DateSent": TEXT, "DateSent<": TEXT, "DateSent>": TEXT}
    inference = inferred(
        endpoint("POST /2010/Accounts/{AccountSid}/Messages.json", ref("message"), thing(Body=TEXT), takes=FORM),
        endpoint(
            "GET /2010/Accounts/{AccountSid}/Messages.json", thing(messages=array(ref("message")), **page), query=query
        ),
        endpoint("GET /2010/Accounts/{AccountSid}/Messages/{Sid}.json", ref("message")),
        endpoint("POST /2010/Accounts/{AccountSid}/Messages/{Sid}.json", ref("message"), thing(Body=TEXT), takes=FORM),
        endpoint("DELETE /2010/Accounts/{AccountSid}/Messages/{Sid}.json"),
        schemas={"message": message},
    )
    resource = only(inference)
    assert (resource.name, resource.id_field) == ("message", ("sid",))
    assert resource.key == "api /2010/Accounts/{}/Messages"
    listing = play_of(resource, Role.LIST)
    assert listing.item == ("messages",)
    assert listing.paging == Paging("page", "PageSize", 50, 1000, "Page", first=0)
    assert listing.listing is not None
    assert listing.listing.next_link == ("next_page_uri",)
    assert listing.listing.filters == tuple((name, ("date_sent",)) for name in ("DateSent", "DateSent<", "DateSent>"))
    (scope,) = play_of(resource, Role.READ).scopes
    assert (scope.spot, scope.field, scope.resource) == (Spot("path", "AccountSid"), ("account_sid",), "")


def test_wrapped_style__with_data_links_and_meta__is_understood() -> None:
    account = thing("AccountId", AccountId=TEXT, Currency=TEXT, Nickname=TEXT)
    balance = thing("AccountId", AccountId=TEXT, Amount=TEXT, Type=TEXT)
    around = {"Links": thing(Self=TEXT, Next=TEXT), "Meta": thing(TotalPages=NUMBER)}

    def many(name: str, item: object) -> dict[str, object]:
        return thing("Data", Data=thing(**{name: array(item)}), **around)  # type: ignore[arg-type] # a schema

    consent = thing("Data", Data=thing(ConsentId=TEXT, Status=TEXT, Permissions=array(TEXT)), Risk=thing(), **around)
    asked = thing("Data", Data=thing(Permissions=array(TEXT)), Risk=thing())
    inference = inferred(
        endpoint("POST /consents", consent, asked, status="201"),
        endpoint("GET /consents/{ConsentId}", consent),
        endpoint("DELETE /consents/{ConsentId}"),
        endpoint("GET /accounts", many("Account", ref("Account"))),
        endpoint("GET /accounts/{AccountId}", many("Account", ref("Account"))),
        endpoint("GET /accounts/{AccountId}/balances", many("Balance", balance)),
        endpoint("GET /balances", many("Balance", balance)),
        endpoint("GET /accounts/{AccountId}/party", thing(Data=thing(Party=thing(PartyId=TEXT, Name=TEXT)))),
        schemas={"Account": account},
    )
    found = {resource.name: resource for resource in inference.resources}
    assert list(found) == ["consent", "account", "balance"]
    created = play_of(found["consent"], Role.CREATE)
    assert (created.body, created.item, found["consent"].id_field) == (("Data",), ("Data",), ("ConsentId",))
    read = play_of(found["account"], Role.READ)
    assert (read.item, read.item_listed) == (("Data", "Account"), True)
    assert found["balance"].id_field == ()
    below = found["balance"].plays[0]
    assert [(scope.field, scope.resource) for scope in below.scopes] == [(("AccountId",), "api /accounts")]
    assert below.listing is not None
    assert (below.listing.pages, below.listing.next_link) == (("Meta", "TotalPages"), ("Links", "Next"))
    assert reasons_of(inference) == {"GET /accounts/{AccountId}/party": "it is neither a list nor written anywhere"}


def test_verb_style__with_ids_in_bodies__is_understood() -> None:
    transfer = thing("id", id=TEXT, amount=TEXT, status=TEXT | {"enum": ["pending", "cancelled"]}, created=TEXT)
    one = thing(transfer=ref("Transfer"), request_id=TEXT)
    named = thing(secret=TEXT, transfer_id=TEXT)
    inference = inferred(
        endpoint("POST /transfer/create", one, thing(secret=TEXT, amount=TEXT)),
        endpoint("POST /transfer/get", one, named),
        endpoint("POST /transfer/list", thing(transfers=array(ref("Transfer")), request_id=TEXT), thing(secret=TEXT)),
        endpoint("POST /transfer/cancel", thing(request_id=TEXT), named),
        endpoint("POST /transfer/quote/calculate", thing(price=TEXT), thing(amount=TEXT)),
        schemas={"Transfer": transfer},
    )
    resource = only(inference)
    assert (resource.name, resource.id_field) == ("transfer", ("id",))
    assert roles_of(resource) == {
        "POST /transfer/create": "create",
        "POST /transfer/get": "read",
        "POST /transfer/list": "list",
        "POST /transfer/cancel": "action",
    }
    assert play_of(resource, Role.READ).id == Spot("body", pointer=("transfer_id",))
    assert play_of(resource, Role.CREATE).item == ("transfer",)
    assert play_of(resource, Role.LIST).item == ("transfers",)
    cancel = play_of(resource, Role.ACTION)
    assert (cancel.item, cancel.sets) == (None, ((("status",), "cancelled"),))
    assert resource.certainty < 0.9


def test_verb_style__with_nouns_in_the_segment__is_understood() -> None:
    user = thing("id", id=TEXT, name=TEXT, team=TEXT)
    resource = only(
        inferred(
            endpoint("POST /api/createUser", ref("User"), thing(name=TEXT)),
            endpoint("GET /api/getUser", ref("User"), query={"id": TEXT}),
            endpoint("GET /api/listUsers", array(ref("User"))),
            endpoint("POST /api/deleteUser", thing(ok=FLAG), thing(id=TEXT)),
            schemas={"User": user},
        )
    )
    assert resource.name == "user"
    assert list(roles_of(resource).values()) == ["create", "read", "list", "delete"]
    assert play_of(resource, Role.READ).id == Spot("query", "id")


def test_verb_style__with_dots_and_ids_in_paths__is_understood() -> None:
    channel = thing("id", id=TEXT, name=TEXT, is_archived=FLAG, topic=TEXT)
    one = thing(ok=FLAG, channel=ref("Channel"))
    dotted = inferred(
        endpoint("POST /channels.create", one, thing(name=TEXT)),
        endpoint("GET /channels.info", one, query={"channel": TEXT}),
        endpoint("GET /channels.list", thing(ok=FLAG, channels=array(ref("Channel")))),
        endpoint("POST /channels.archive", thing(ok=FLAG), thing(channel=TEXT)),
        endpoint("POST /chat.post", thing(ok=FLAG), thing(text=TEXT)),
        schemas={"Channel": channel},
    )
    assert list(roles_of(only(dotted)).values()) == ["create", "read", "list", "action"]
    assert play_of(only(dotted), Role.READ).id == Spot("query", "channel")
    assert play_of(only(dotted), Role.ACTION).sets == ((("is_archived",), True),)
    pathed = inferred(
        endpoint("POST /channel/create", ref("Channel"), thing(name=TEXT)),
        endpoint("GET /channel/get/{id}", ref("Channel")),
        endpoint("POST /channel/update/{id}", ref("Channel"), thing(name=TEXT)),
        endpoint("DELETE /channel/delete/{id}"),
        endpoint("GET /channel/list", array(ref("Channel"))),
        schemas={"Channel": channel},
    )
    assert list(roles_of(only(pathed)).values()) == ["create", "read", "update", "delete", "list"]
    assert play_of(only(pathed), Role.DELETE).id == Spot("path", "id")


def test_numbered_style__with_patch_and_deep_scopes__is_understood() -> None:
    issue = thing("number", id=NUMBER, number=NUMBER, title=TEXT, state=TEXT | {"enum": ["open", "closed"]}, user=TEXT)
    query = {"per_page": NUMBER | {"default": 30}, "page": NUMBER, "state": TEXT, "sort": TEXT, "direction": TEXT}
    query |= {"since": TEXT}
    resource = only(
        inferred(
            endpoint("GET /repos/{owner}/{repo}/issues", array(ref("issue")), query=query),
            endpoint("POST /repos/{owner}/{repo}/issues", ref("issue"), thing(title=TEXT), status="201"),
            endpoint("GET /repos/{owner}/{repo}/issues/{issue_number}", ref("issue")),
            endpoint("PATCH /repos/{owner}/{repo}/issues/{issue_number}", ref("issue"), thing(title=TEXT)),
            endpoint("PUT /repos/{owner}/{repo}/issues/{issue_number}/lock"),
            schemas={"issue": issue},
        )
    )
    assert resource.id_field == ("number",)
    assert play_of(resource, Role.UPDATE).patch == "merge"
    assert [scope.spot.name for scope in play_of(resource, Role.READ).scopes] == ["owner", "repo"]
    listing = play_of(resource, Role.LIST)
    assert listing.paging == Paging("page", "per_page", 30, 100, "page")
    assert listing.listing is not None
    assert (listing.listing.sort, listing.listing.direction) == ("sort", "direction")
    assert listing.listing.filters == (("state", ("state",)),)


def test_json_api_style__with_attributes__is_understood() -> None:
    article = thing("id", "type", id=TEXT, type=TEXT, attributes=thing(title=TEXT, author_id=TEXT), links=thing())
    author = thing("id", "type", id=TEXT, type=TEXT, attributes=thing(name=TEXT))
    kind = "application/vnd.api+json"
    inference = inferred(
        endpoint(
            "GET /articles",
            thing(data=array(ref("article")), links=thing(self=TEXT, next=TEXT), meta=thing(total=NUMBER)),
            media=kind,
            query={"page[number]": NUMBER, "page[size]": NUMBER, "filter[title]": TEXT},
        ),
        endpoint(
            "POST /articles", thing(data=ref("article")), thing(data=thing(type=TEXT, attributes=thing())), media=kind
        ),
        endpoint("GET /articles/{id}", thing(data=ref("article"), included=array(thing(id=TEXT))), media=kind),
        endpoint("PATCH /articles/{id}", thing(data=ref("article")), thing(data=ref("article")), media=kind),
        endpoint("GET /authors", thing(data=array(ref("author"))), media=kind),
        endpoint("GET /authors/{id}", thing(data=ref("author")), media=kind),
        schemas={"article": article, "author": author},
    )
    resource = inference.resources[0]
    assert [one.name for one in inference.resources] == ["article", "author"]
    assert (resource.id_field, play_of(resource, Role.CREATE).body) == (("id",), ("data",))
    listing = play_of(resource, Role.LIST)
    assert (listing.media_type, listing.item) == (kind, ("data",))
    assert listing.paging == Paging("page", "page[size]", 20, 100, "page[number]")
    assert listing.listing is not None
    assert listing.listing.filters == (("filter[title]", ("attributes", "title")),)
    assert (listing.listing.total, listing.listing.next_link) == (("meta", "total"), ("links", "next"))
    assert [(one.field, one.resource) for one in resource.references] == [(("attributes", "author_id"), "api /authors")]


def test_embedded_style__with_pages__is_understood() -> None:
    user = thing("id", id=NUMBER, name=TEXT, mail=TEXT)
    href = thing(href=TEXT)
    listed = thing(
        _embedded=thing(users=array(ref("User"))),
        _links=thing(self=href, next=href),
        page=thing(size=NUMBER, totalElements=NUMBER, totalPages=NUMBER, number=NUMBER),
    )
    resource = only(
        inferred(
            endpoint(
                "GET /users",
                listed,
                media="application/hal+json",
                query={"page": NUMBER | {"default": 0}, "size": NUMBER},
            ),
            endpoint("GET /users/{id}", ref("User"), media="application/hal+json"),
            schemas={"User": user},
        )
    )
    listing = play_of(resource, Role.LIST)
    assert listing.item == ("_embedded", "users")
    assert listing.paging == Paging("page", "size", 20, 100, "page", first=0)
    assert listing.listing is not None
    assert listing.listing.total == ("page", "totalElements")
    assert listing.listing.pages == ("page", "totalPages")
    assert listing.listing.page == ("page", "number")
    assert listing.listing.next_link == ("_links", "next", "href")


def test_page_style__with_content_and_totals__is_understood() -> None:
    listed = thing(
        content=array(ref("Order")),
        totalElements=NUMBER,
        totalPages=NUMBER,
        number=NUMBER,
        size=NUMBER,
        last=FLAG,
        pageable=thing(offset=NUMBER),
        sort=thing(sorted=FLAG),
    )
    resource = only(
        inferred(
            endpoint("GET /orders", listed, query={"page": NUMBER, "size": NUMBER, "sort": TEXT}),
            endpoint("POST /orders", ref("Order"), ref("Order"), status="201"),
            endpoint("GET /orders/{orderId}", ref("Order")),
            endpoint("PUT /orders/{orderId}", ref("Order"), ref("Order")),
            schemas={"Order": thing(id=NUMBER, total=NUMBER, customer=TEXT)},
        )
    )
    listing = play_of(resource, Role.LIST).listing
    assert listing is not None
    assert (listing.total, listing.pages, listing.page) == (("totalElements",), ("totalPages",), ("number",))
    assert (listing.size, listing.offset, listing.sort) == (("size",), ("pageable", "offset"), "sort")
    assert not play_of(resource, Role.REPLACE).makes


def test_store_style__with_ids_in_bodies_of_puts_and_searches__is_understood() -> None:
    pet = thing("name", id=NUMBER, name=TEXT, status=TEXT)
    user = thing(id=NUMBER, username=TEXT, email=TEXT)
    inference = inferred(
        endpoint("PUT /pet", ref("Pet"), ref("Pet")),
        endpoint("POST /pet", ref("Pet"), ref("Pet")),
        endpoint("GET /pet/findByStatus", array(ref("Pet")), query={"status": TEXT}),
        endpoint("GET /pet/{petId}", ref("Pet")),
        endpoint("POST /pet/{petId}", ref("Pet"), query={"name": TEXT}),
        endpoint("DELETE /pet/{petId}"),
        endpoint("POST /pet/{petId}/uploadImage", thing(code=NUMBER, type=TEXT), {"type": "string"}),
        endpoint("GET /store/inventory", {"type": "object", "additionalProperties": NUMBER}),
        endpoint("POST /user", ref("User"), ref("User")),
        endpoint("POST /user/createWithList", ref("User"), array(ref("User"))),
        endpoint("GET /user/login", TEXT, query={"username": TEXT}),
        endpoint("GET /user/{username}", ref("User")),
        endpoint("PUT /user/{username}", None, ref("User"), status="200"),
        schemas={"Pet": pet, "User": user},
    )
    found = {resource.name: resource for resource in inference.resources}
    assert list(found) == ["pet", "user"]
    assert play_of(found["pet"], Role.REPLACE).id == Spot("body", pointer=("id",))
    search = play_of(found["pet"], Role.LIST)
    assert search.listing is not None
    assert search.listing.filters == (("status", ("status",)),)
    assert found["user"].id_field == ("username",)
    assert list(reasons_of(inference)) == [
        "POST /pet/{petId}/uploadImage",
        "GET /store/inventory",
        "POST /user/createWithList",
        "GET /user/login",
    ]


def test_nested_id_style__with_metadata__is_understood() -> None:
    pod = thing(kind=TEXT, metadata=thing(name=TEXT, uid=TEXT), spec=thing(image=TEXT), status=thing(phase=TEXT))
    patch = "application/json-patch+json"
    resource = only(
        inferred(
            endpoint("GET /namespaces/{namespace}/pods", thing(kind=TEXT, metadata=thing(), items=array(ref("Pod")))),
            endpoint("POST /namespaces/{namespace}/pods", ref("Pod"), ref("Pod"), status="201"),
            endpoint("GET /namespaces/{namespace}/pods/{name}", ref("Pod")),
            endpoint("PATCH /namespaces/{namespace}/pods/{name}", ref("Pod"), array(thing()), takes=patch),
            schemas={"Pod": pod},
        )
    )
    assert resource.id_field == ("metadata", "name")
    assert play_of(resource, Role.UPDATE).patch == "json"


def test_method_style__with_verbs_behind_colons_and_keyed_lists__is_understood() -> None:
    job = thing("id", id=TEXT, state=TEXT | {"enum": ["RUNNING", "CANCELLED"]}, title=TEXT, cancelTime=TEXT)
    resource = only(
        inferred(
            endpoint("GET /v1/jobs", {"type": "object", "additionalProperties": ref("Job")}),
            endpoint("POST /v1/jobs", ref("Job"), thing(title=TEXT)),
            endpoint("GET /v1/jobs/{job}", ref("Job")),
            endpoint("POST /v1/jobs/{job}:cancel", ref("Job")),
            schemas={"Job": job},
        )
    )
    action = play_of(resource, Role.ACTION)
    assert (action.action, action.sets) == ("cancel", ((("state",), "CANCELLED"),))
    assert play_of(resource, Role.LIST).item_keyed
    assert play_of(resource, Role.LIST).item == ()


def test_media_types__beside_json__are_passed_over() -> None:
    thing_schema = thing(id=TEXT, name=TEXT, size=NUMBER)
    success = Response("200", content=(MediaType("application/xml", thing_schema), MediaType(JSON, thing_schema)))
    base = endpoint("GET /boxes/{id}", thing_schema)
    both = type(base)(base.id, base.method, base.path, parameters=base.parameters, responses=(success,))
    resource = only(inferred(endpoint("GET /boxes", array(thing_schema)), both))
    assert play_of(resource, Role.READ).media_type == JSON
