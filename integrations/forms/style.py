"""Every kind of field, for the style page of the demo; nothing is done with what it says."""

from django import forms


class StyleForm(forms.Form):
    """One field of each kind, plain and in trouble; its words are not the product's."""

    plain = forms.CharField(label="A text", required=False, help_text="A hint says what is meant.")
    short = forms.CharField(
        label="A number",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"}),
    )
    wrong = forms.CharField(label="A text in trouble", error_messages={"required": "Enter a name."})
    one = forms.ChoiceField(
        label="One of a few",
        choices=[("a", "The first"), ("b", "The second")],
        required=False,
    )
    radio = forms.ChoiceField(
        label="One of a few, side by side",
        choices=[("a", "The first"), ("b", "The second")],
        widget=forms.RadioSelect,
        initial="a",
        required=False,
    )
    tick = forms.BooleanField(label="Yes or no", required=False, help_text="What yes does.")
    long = forms.CharField(
        label="Several lines", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    off = forms.CharField(label="Switched off", required=False, disabled=True, initial="As it is")

    def __init__(self, scheme: str) -> None:
        """``scheme`` tells one copy of the form on the page from another."""
        chosen = {"one": "a", "radio": "a", "tick": "on"}
        super().__init__(
            {f"{scheme}-{name}": value for name, value in chosen.items()}, prefix=scheme
        )
