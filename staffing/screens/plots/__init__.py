"""Domain object in, Plotly figure out; no session, no state. Legible in grey and to colour-blind eyes."""
