import pptx
from pptx.util import Inches

deck = pptx.Presentation()
box = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(0, 0, Inches(1), Inches(1))
box.click_action.hyperlink.address = "file:///C:/Windows/System32/calc.exe"
box.click_action._hlink.set("action", "ppaction://program")
deck.save("x.pptx")
