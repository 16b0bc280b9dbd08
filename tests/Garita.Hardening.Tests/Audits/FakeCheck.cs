using Garita.Hardening.Host;

namespace Garita.Hardening.Tests.Audits;

/// <summary>A check that looks as the test says.</summary>
internal sealed class FakeCheck(string id, Measure measure, Func<View, Finding> look) : Check
{
    public Roles For { get; init; } = Roles.Any;

    public override string Id => id;

    public override Measure Measure => measure;

    public override Roles Roles => For;

    public override string Title => $"title of {id}";

    public override string Why => "why";

    public override IReadOnlyList<string> References => ["CIS 1"];

    public override string Expected => "expected";

    public override string Mend => "mend";

    public override Finding Look(View host) => look(host);
}
