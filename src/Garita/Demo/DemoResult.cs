using System.Text.Json.Serialization;

namespace Garita.Demo;

/// <summary>What came of a round; <c>--json</c> prints it.</summary>
/// <param name="Messages">The legitimate messages.</param>
/// <param name="Attacks">The attacks.</param>
internal sealed record DemoResult(IReadOnlyList<MessageResult> Messages, IReadOnlyList<AttackResult> Attacks)
{
    /// <summary>
    /// Whether all is well: everything legitimate arrived identical, once, and no attack did. An attack that does not even work on the bare mail
    /// server proves nothing, so that is not well either.
    /// </summary>
    [JsonIgnore]
    public bool IsWell => Messages.All(static message => message is { Identical: true, Received: 1 }) && Attacks.All(static attack => attack is { Held: true, Unprotected: true });
}

/// <summary>What came of a message.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Sent">Whether it was acknowledged.</param>
/// <param name="Received">How many of it the mail server received.</param>
/// <param name="Identical">Whether it arrived octet for octet, but for fields added at the top.</param>
internal sealed record MessageResult(string Name, bool Sent, int Received, bool Identical);

/// <summary>What came of an attack.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Rule">The rule that the gateway named in its refusal; null where it named none.</param>
/// <param name="Expected">The rule that was meant to.</param>
/// <param name="Held">Whether the mail server received nothing of it.</param>
/// <param name="Unprotected">Whether it works when sent straight to the mail server.</param>
internal sealed record AttackResult(string Name, string? Rule, string Expected, bool Held, bool Unprotected);

/// <summary>JSON of the demo.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoResult))]
internal sealed partial class DemoJson : JsonSerializerContext;
