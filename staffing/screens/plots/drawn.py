"""Charts of the Week as plain elements and styles: no script, on screen in a tenth of a Plotly chart's time.

Every text of a user is escaped here; ``data-t`` is what shows on hover.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from staffing.screens.plots.look import BLUE, FONT, GRID, INK, ORANGE

HEIGHT_PX = 280
HATCH = {
    "": "none",
    "/": "repeating-linear-gradient(135deg,transparent 0 4px,#fff 4px 6px)",
    "x": "repeating-linear-gradient(135deg,transparent 0 5px,#fff 5px 6.5px),"
    "repeating-linear-gradient(45deg,transparent 0 5px,#fff 5px 6.5px)",
    ".": "radial-gradient(#fff 1.2px,transparent 1.6px) 0 0/6px 6px",
}
SHORT = f"repeating-linear-gradient(135deg,{ORANGE} 0 2.5px,#fff 2.5px 5px)"
STYLE = f"""
.aff{{font:13px {FONT};color:{INK};print-color-adjust:exact;position:relative}}
.aff-key{{display:flex;flex-wrap:wrap;gap:4px 18px;margin-bottom:8px}}
.aff-key i{{display:inline-block;width:16px;height:12px;margin-right:6px;vertical-align:-1px;
outline:.5px solid {INK}}}
.aff [data-t]:hover::after{{content:attr(data-t);position:absolute;bottom:100%;left:0;z-index:9;white-space:nowrap;
background:#fff;border:1px solid {INK};padding:3px 8px;font:13px {FONT};color:{INK};pointer-events:none}}
.aff [data-t].r:hover::after,.aff-map td:nth-last-child(-n+8):hover::after{{left:auto;right:0}}
.aff-plot{{display:flex;margin:0 8px 26px 52px;height:{HEIGHT_PX}px;position:relative;border-bottom:1px solid {INK}}}
.aff-y{{position:absolute;left:0;right:0;border-top:1px solid {GRID}}}
.aff-y b{{position:absolute;right:calc(100% + 6px);top:-9px;font-weight:400}}
.aff-x{{position:absolute;top:100%;padding:4px 0 0 4px;border-left:1px solid #9a9aa6;white-space:nowrap}}
.aff-plot>i{{flex:1;min-width:0;position:relative;background:
linear-gradient({INK},{INK}) 0 calc(100% - var(--n)*1px)/100% 2px no-repeat,
linear-gradient({INK},{INK}) 0 calc(100% - var(--k)*1px)/2px calc(var(--j)*1px) no-repeat,
{SHORT} 0 calc(100% - var(--c)*1px)/100% calc(var(--h)*1px) no-repeat,
linear-gradient(0deg,{BLUE} calc(var(--b)*1px),transparent 0)}}
.aff-plot>i:hover{{box-shadow:inset 0 0 0 999px rgba(22,22,22,.08)}}
.aff-plot>i.d{{border-left:1px solid #9a9aa6}}
.aff-wide{{overflow-x:auto}}
.aff-map{{border-collapse:separate;border-spacing:1px;width:100%;table-layout:fixed;margin:0}}
.aff-map th{{font-weight:400;text-align:left;padding:2px 0;border:0;white-space:nowrap}}
.aff-map td{{border:0;padding:0;height:32px;text-align:center;position:relative;min-width:24px}}
.aff-wide th[scope=row]{{position:sticky;left:0;z-index:1;background:#fff}}
.aff-fair td{{height:24px}}.aff-fair th[scope=col]{{text-align:center;white-space:normal;vertical-align:bottom}}
.aff-fair th[scope=row]{{overflow:hidden;text-overflow:ellipsis}}
.aff-row{{display:flex;height:22px;align-items:center}}
.aff-row>span{{width:150px;flex:none;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;padding-right:8px;
text-align:right}}
.aff-row>div{{flex:1;position:relative;height:22px;border-left:1px solid {INK}}}
.aff-row>div>i{{position:absolute;top:3px;height:16px;box-sizing:border-box;border:.5px solid {INK}}}
.aff-hours b{{position:absolute;font-weight:400;transform:translateX(-50%)}}
"""


def escaped(text: str) -> str:
    """User text for an element or an attribute.

    >>> escaped('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(text, quote=True)


def framed(body: str, sentence: str, key: Sequence[tuple[str, str]]) -> str:
    """A chart as one image to a screen reader: its sentence for alternative text, its key of (style, name) on top."""
    names = "".join(f'<span><i style="{style}"></i>{escaped(name)}</span>' for style, name in key)
    return (
        f'<div class="aff" role="img" aria-label="{escaped(sentence)}"><div class="aff-key">{names}</div>{body}</div>'
    )


def steps(most: float) -> list[float]:
    """Round heights up to about ``most``, four to eight of them.

    >>> steps(34), steps(2.2)
    ([0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0], [0.0, 0.5, 1.0, 1.5, 2.0])
    """
    size = next(s * 10.0**p for p in range(-2, 7) for s in (1, 2, 5) if most / (s * 10.0**p) < 8)
    return [i * size for i in range(int(most / size) + 1)]
