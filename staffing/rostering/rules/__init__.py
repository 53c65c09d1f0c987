"""Working-time rules: one frozen class a file, each with two faces, entered into packs by ``in_pack``.

To add a rule, write one file here. Its limits are its fields, with a unit at the end of their names; ``permits`` and
``limit`` are how the engine respects it, ``breaches`` reads a finished week by clock times with ``reading`` and shares
no code with the other face; ``words`` say it in French and in English, its fields in braces. Nothing else is to be
changed: the packs find the file by themselves, ``verify`` and the explanations read it, a contract may move its limits
(``limits.home_by.latest_min = 1260`` in centre.toml), a contradiction names it, and the test of the two faces takes
it up. Enter it in the pack that the contracts are under, asleep if only some contracts have it (here 24:00, moved by
their ``limits``); a pack of another name holds just the rules entered in it. Where the small weeks of
``tests/rostering/test_two_faces.py`` do not reach a limit, the test says which, and wants a few more in ``cases``.

``permits`` is asked once for all agents of a contract, so it may look at the shape, the contract and the days; what
depends on the agent or on earlier weeks goes through ``limit``, which may narrow the hours of the day and the week,
the rests, the days and the runs of days (see ``rule.WeekLimits``). What neither can say to the engine,
``breaches`` still reports.

``furthest`` may say how far an agreement can move a limit; a contract that goes beyond is remarked on.

What ``breaches`` finds is best written in figures and clock times; a limit written as ``self.sentence("en")`` is told
in the reader's language.

A worked example, an agreement under which everybody is home by a certain hour. As a file of its own, ``home_by.py``,
in the pack ``fr_private_idcc2098``, it waits for the contracts that have it to say by when:

>>> from collections.abc import Iterator
>>> from dataclasses import dataclass
>>> from staffing.rostering.rules.free_rule import FreeRule
>>> from staffing.rostering.rules.pack import in_pack
>>> from staffing.rostering.rules.reading import at_clock
>>> from staffing.rostering.rules.rule import Breach, Setting, Shape, WorkedWeek
>>> @in_pack("example", latest_min=20 * 60)
... @dataclass(frozen=True)
... class HomeBy(FreeRule):
...     key = "home_by"
...     article = "works agreement, article 3"
...     words = ("fini à {latest_clock} au plus tard", "finished by {latest_clock}")
...     latest_min: int = 1440
...
...     def permits(self, shape: Shape, setting: Setting) -> bool:
...         return shape.end_min <= self.latest_min
...
...     def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
...         for shift in week.shifts:
...             if shift.end > at_clock(shift.start, shift.start.date(), self.latest_min):
...                 yield self.breach(week, shift.start, f"{shift.end:%H:%M}", self.sentence("en"))
>>> from staffing.rostering.rules.pack import rules_of
>>> [rule.sentence("en") for rule in rules_of("example")]
['finished by 20:00']
>>> from staffing.words.heard import heard
>>> heard("finished by 20:00", "fr")
'fini à 20:00 au plus tard'
"""
