namespace Garita.Demo;

/// <summary>
/// An attack: if it works, the mail server takes a message whose envelope names the marker.
/// </summary>
/// <param name="Name">What it is.</param>
/// <param name="Expected">The rule that is meant to stop it.</param>
/// <param name="Script">What is sent, given the marker.</param>
internal sealed record DemoAttack(string Name, string Expected, Func<string, IReadOnlyList<Step>> Script)
{
    /// <summary>Whether it talks before the server does.</summary>
    public bool TalksFirst { get; init; }
}
