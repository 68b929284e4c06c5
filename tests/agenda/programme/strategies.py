"""Made-up programmes, as a secretariat might write them, for property tests."""

from datetime import date, timedelta

from hypothesis import strategies as st

from agenda.models import Item, Material, Presentation, Role
from agenda.numerals import to_roman
from agenda.programme import schema

# Words that YAML would take for something else.
TRICKY = [
    "10.00", "10:00", "yes", "NO", "null", "~", "- a", "a: b", "a #b", "#", "'", '"',
    "2017-02-16", "I", "=", "<<", "[x", "{x", "!x", "&x", "*x", "%x", "@x", "`x", "0x1F",
    "1e3", ".inf", "1_000", "Côte d’Ivoire", "a, b", "مرحبا", "吴红波", "🌊", "\\n", "|", ">",
]  # fmt: skip
words = st.sampled_from(TRICKY) | st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Z"]),
    min_size=1,
    max_size=12,
)
lines = st.lists(words, min_size=1, max_size=3).map(" ".join)
prose = st.lists(lines, min_size=1, max_size=3).map("\n".join)
names = st.sampled_from(
    ["WU Hongbo", "David MALONE", "Juan GÓMEZ CAMACHO", "NULL", "O'BRIEN Yes"]
)
urls = st.integers(0, 10**6).map("https://example.org/{}?a=b#c".format)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
partial_dates = st.one_of(
    days, st.integers(1900, 2100), days.map(lambda day: f"{day:%Y-%m}")
)
zones = st.sampled_from(["America/New_York", "Africa/Nairobi", "Asia/Kathmandu"])
symbols = st.sampled_from(["A/RES/70/1", "ESA/P/WP/249", "E/CN.9/2020/3"])


def one_of(choices):
    return st.sampled_from([str(value) for value in choices.values])


def lists(strategy, most=2):
    return st.lists(strategy, max_size=most)


def part(of, required=None, /, **optional):
    """A mapping of the file: some of its fields, perhaps a note and `tbc`."""
    tbc = st.lists(st.sampled_from(of.names()), unique=True, max_size=3)
    optional = {**optional, "note": prose, "tbc": tbc}
    return st.fixed_dictionaries(required or {}, optional=optional)


@st.composite
def timed(draw, strategy):
    """With hours that follow each other."""
    data = draw(strategy)
    start, end = sorted(
        draw(
            st.lists(st.integers(6 * 60, 23 * 60), min_size=2, max_size=2, unique=True)
        )
    )
    for name, minutes in (("start", start), ("end", end)):
        if draw(st.booleans()):
            data[name] = f"{minutes // 60:02}.{minutes % 60:02}"
    return data


materials = part(
    schema.Material,
    kind=one_of(Material.Kind),
    title=lines,
    symbol=symbols,
    date=partial_dates,
    url=urls,
    language=st.sampled_from(["en", "fr", "zh-hans"]),
    author=lines,
    contributed=st.just(True),
    visibility=st.sampled_from(["participants", "staff"]),
    visible_from=days | days.map("{} 14.30".format),
)
office = {"style": lines, "function": lines, "affiliation": lines}
speakers = part(
    schema.Speaking,
    {"speaker": st.none() | names},
    role=one_of(Role.Kind),
    materials=lists(materials),
    **office,
)
listed = part(
    schema.Listed,
    speaker=st.none() | names,
    title=lines,
    kind=one_of(Presentation.Kind),
    delivered_by=names,
    materials=lists(materials),
    **office,
)
item_speakers = part(
    schema.Speaking,
    {"speaker": st.none() | names},
    role=st.sampled_from(["speaker", "delivered_by"]),
    **office,
)
said = {
    "title": lines,
    "kind": one_of(Presentation.Kind),
    "delivered_by": names,
    "materials": lists(materials),
    "source": urls,
}
by_one = {"speaker": st.none() | names, "role": one_of(Role.Kind), **office}
contributions = part(schema.Contribution, **said, **by_one) | part(
    schema.Contribution,
    {"speakers": st.lists(speakers, min_size=1, max_size=3)},
    **said,
)
items = timed(
    part(
        schema.Item,
        title=lines,
        kind=one_of(Item.Kind),
        follows=st.booleans(),
        minutes=st.integers(1, 1440),
        contributions=lists(contributions),
        speakers=lists(item_speakers),
        materials=lists(materials),
        complete=st.booleans(),
        **{name: lists(listed, 1) for name in schema.LISTS},
    )
)
sessions = timed(
    part(
        schema.Session,
        label=lines,
        ordinal=lines,
        room=lines,
        webcast=urls,
        recording=urls,
        url=urls,
        items=lists(items),
        materials=lists(materials, 1),
        complete=st.booleans(),
    )
)
side_events = timed(
    part(
        schema.SideEvent,
        {"title": lines, "date": days},
        organizers=lists(lines),
        venue=lines,
        attendance=lines,
        webcast=urls,
        recording=urls,
        url=urls,
        items=lists(items, 1),
        materials=lists(materials, 1),
        complete=st.booleans(),
    )
)
references = part(
    schema.Reference,
    symbol=symbols,
    part=lines,
    title=lines,
    date=partial_dates,
    url=urls,
)
sources = part(schema.Source, url=urls, gave=lines, symbol=symbols, date=partial_dates)
entries = part(
    schema.Entry,
    {"title": lines},
    shows=st.sampled_from(["speakers", "participants"]),
    body=prose,
)
registrations = part(
    schema.Registration,
    {"capacity": st.integers(0, 5000)},
    opens=days.map("{} 09.30".format) | st.dates(date(2019, 1, 1), date(2019, 2, 1)),
    reminder_days=st.just("none") | st.integers(0, 30),
)


@st.composite
def programmes(draw):
    start = draw(days)
    length = draw(st.integers(0, 2))
    its_days = st.integers(0, length).map(lambda count: start + timedelta(days=count))
    part_of_days = [
        {"date": day}
        | draw(
            part(
                schema.Day,
                sessions=lists(sessions),
                complete=st.booleans(),
            )
        )
        for day in sorted(draw(st.sets(its_days, max_size=3)))
    ]
    number_items(draw, part_of_days)
    unplaced = part(schema.Unplaced, date=its_days, **said, **by_one)
    dates = part(
        schema.Dates,
        {"start": st.just(start), "end": st.just(start + timedelta(days=length))},
    )
    meeting = part(
        schema.Meeting,
        {"title": lines, "dates": dates, "slug": st.just("made-up")},
        number=st.integers(0, 99),
        series=lines,
        timezone=zones,
        city=lines,
        country=lines,
        venue=lines,
        room=lines,
        organizer=part(schema.Organizer, name=lines, parent=lines),
        contact=st.just("a@example.org"),
        url=urls,
        site=urls,
        languages=st.lists(st.sampled_from(["en", "no", "ar"]), unique=True),
    )
    return draw(
        part(
            schema.Programme,
            {
                "format": st.just(schema.FORMAT),
                "meeting": meeting,
                "days": st.just(part_of_days),
            },
            mandates=lists(references),
            references=lists(references),
            objectives=lists(lines),
            participation=part(
                schema.Participation,
                open_to=lists(lines),
                categories=lists(lines),
                number=st.integers(0, 500),
                notes=lists(lines),
            ),
            papers=part(
                schema.Papers,
                deadline=days,
                max_pages=st.integers(0, 50),
                spacing=lines,
                file_format=lines,
                submit_to=lines,
                editing=lines,
            ),
            registration=registrations,
            unplaced=lists(unplaced),
            side_events=lists(side_events),
            documents=lists(materials),
            site_menu=menus(),
            sources=lists(sources),
        )
    )


@st.composite
def menus(draw):
    sections = []
    for group in draw(st.lists(lines, unique=True, max_size=2)):
        section = {"group": group, "entries": draw(lists(entries))}
        sections.append(section | draw(part(schema.Section)))
    if draw(st.booleans()):
        sections.append({"entries": draw(st.lists(entries, min_size=1, max_size=2))})
    return draw(part(schema.SiteMenu, {"sections": st.just(sections)}))


def number_items(draw, days):
    """Numerals that run through the whole meeting, with gaps; some items have none."""
    number = 0
    for day in days:
        for session in day.get("sessions", ()):
            for item in session.get("items", ()):
                if draw(st.booleans()):
                    number += draw(st.sampled_from([1, 1, 2, 5]))
                    item["number"] = to_roman(number)
