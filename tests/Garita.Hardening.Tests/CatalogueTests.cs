using Garita.Hardening.Host;
using Xunit;

namespace Garita.Hardening.Tests;

public sealed class CatalogueTests
{
    public static TheoryData<string> Ids => [.. Catalogue.All.Select(static check => check.Id)];

    [Fact]
    public void Each_check_has_a_name_of_its_own_and_says_all_that_a_person_needs()
    {
        Assert.Equal(Catalogue.All.Count, Catalogue.All.Select(static check => check.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Catalogue.All, static check =>
        {
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", check.Id);
            Assert.NotEmpty(check.References);
            Assert.All(new[] { check.Title, check.Why, check.Expected, check.Mend }, Assert.NotEmpty);
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Passes_where_all_is_well(string id) => Assert.Equal(Outcome.Pass, Look(id, static known => known.Good).Outcome);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Does_not_pass_where_it_is_not(string id) => Assert.True(Look(id, static known => known.Bad).Outcome is Outcome.Fail or Outcome.Warning, Look(id, static known => known.Bad).ToString());

    /// <summary>A host where nothing may be seen: never a pass.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Never_passes_where_it_cannot_look(string id)
    {
        var check = Catalogue.All.Single(check => string.Equals(check.Id, id, StringComparison.Ordinal));
        var closed = new ClosedHost();
        Finding? finding = null;
        try
        {
            finding = check.Look(new View(closed, new HostFacts(closed, Roles.Any)));
        }
        catch (CannotLookException)
        {
        }
        Assert.True(finding is null || finding.Outcome is Outcome.Unknown, finding?.ToString());
    }

    private static Finding Look(string id, Func<CheckCase, Action<PreparedRoot>> which)
    {
        var known = CheckCases.Of(id);
        var root = new PreparedRoot();
        which(known)(root);
        return Catalogue.All.Single(check => string.Equals(check.Id, id, StringComparison.Ordinal)).Look(CheckCases.Seen(root, known.Check.Roles));
    }

    private sealed class ClosedHost : IHost
    {
        public bool IsLive => true;

        public bool Has(string program) => true;

        public string? Read(string path) => throw new CannotLookException(path);

        public IReadOnlyList<string>? List(string path) => throw new CannotLookException(path);

        public FileFacts? Stat(string path) => throw new CannotLookException(path);

        public string? LinkTarget(string path) => throw new CannotLookException(path);

        public CommandResult Run(string program, IReadOnlyList<string> arguments) => throw new CannotLookException(program);
    }
}
