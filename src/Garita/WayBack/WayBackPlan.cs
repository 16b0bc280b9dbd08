namespace Garita.WayBack;

/// <summary>How to go back. Programs are run without a shell, and must do no harm when they are run once more.</summary>
/// <param name="What">What was changed, for people.</param>
/// <param name="Command">Program and arguments that go back.</param>
internal sealed record WayBackPlan(string What, IReadOnlyList<string> Command)
{
    /// <summary>Which of several changes of that kind it is; null: there is one only.</summary>
    public string? Subject { get; init; }

    /// <summary>What goes back when the machine was restarted meanwhile; null: nothing of the change outlives that.</summary>
    public IReadOnlyList<string>? AtBoot { get; init; }

    /// <summary>A file that is locked by whoever is at work on the change: nobody goes back under his hands.</summary>
    public string? Lock { get; init; }

    /// <summary>What is told afterwards; whether that succeeds changes nothing.</summary>
    public IReadOnlyList<string>? Then { get; init; }
}
