"""How a chat platform took the token that it was given."""

from dataclasses import dataclass

from bot.report.text import laid_out


@dataclass(frozen=True, slots=True)
class Joining:
    """What a platform says; `problem` is empty when all is well. `invite`: the address at which the bot is
    let into what `where` names, empty when it is not known. `notes` are worth knowing, and no problem."""

    platform: str
    problem: str
    name: str = ""
    invite: str = ""
    where: str = "a server"
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """For a terminal."""
        said = f"takes the token; the bot is called {self.name}" if self.name else ""
        told = f"{self.platform}: {'; '.join(one for one in (said, self.problem) if one)}."
        way = [f"  To invite it into {self.where}, open", f"  {self.invite}"] if self.invite else []
        return [laid_out(told, indent=2), *way, *(laid_out(f"  {note}", indent=2) for note in self.notes)]
