"""``GET /privacy``: what is kept of people, in plain words; the address is in the package."""

from flask import Blueprint, Response, abort, render_template

DAY_S = 24 * 60 * 60


def privacy() -> Blueprint:
    """The page, in each language there are texts for: ``/privacy/en``; ``/privacy`` is in the first."""
    blueprint = Blueprint("privacy", __name__, template_folder="templates")

    @blueprint.get("/privacy")
    @blueprint.get("/privacy/<language>")
    def page(language: str = "") -> Response:
        from interaction_model.spoken import sentences  # noqa: PLC0415  # slow to load, and few look
        from skill.package.texts import languages, texts  # noqa: PLC0415  # likewise

        there = languages()
        language = language or next(iter(there))
        if language not in there:
            abort(404)
        name, told = texts(sentences(there[language]))
        response = Response(render_template("privacy.html", name=name, told=told.privacy, language=language))
        response.cache_control.public, response.cache_control.max_age = True, DAY_S
        return response

    return blueprint
