"""Working-time rules: one frozen class a file, each with two faces, entered into packs by ``in_pack``.

To add a rule, write one file here. Its limits are its fields; ``permits`` and ``limit`` are how the engine respects
it, ``breaches`` reads a finished week by clock times with ``reading`` and shares no code with the other face; the
sentence is said in both languages. The packs find it by themselves:

>>> import dataclasses
>>> from staffing.rostering.rules.pack import in_pack, rules_of
>>> from staffing.rostering.rules.free_rule import FreeRule
>>> @in_pack("example", latest_min=20 * 60)
... @dataclasses.dataclass(frozen=True)
... class HomeBy(FreeRule):
...     key = "home_by"
...     article = "works agreement, article 3"
...     latest_min: int = 1440
...     def permits(self, shape, setting):
...         return shape.end_min <= self.latest_min
>>> [rule.key for rule in rules_of("example")]
['home_by']
"""
