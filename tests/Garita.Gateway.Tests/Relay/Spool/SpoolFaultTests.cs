using Garita.Gateway.Relay;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Relay.Spool;

/// <summary>
/// A fault at each step that changes the disk, in the life of a message from its arrival over a try that fails to its delivery. What the
/// sender was told 250 for is delivered; it is delivered twice only where the fault came between the mail server's 250 and the mark of it.
/// </summary>
public sealed class SpoolFaultTests
{
    [Theory]
    [InlineData(Fault.Fails)]
    [InlineData(Fault.Killed)]
    [InlineData(Fault.PowerCut)]
    [InlineData(Fault.PowerCutAfterNames)]
    public async Task Nothing_is_lost(Fault fault)
    {
        var (steps, _, _, _) = await LiveAsync(Fault.None, -1);
        Assert.InRange(steps, 20, 100);
        var (lost, doubled, refused) = (0, 0, 0);
        for (var step = 0; step < steps; step++)
        {
            var (_, acknowledged, delivered, marking) = await LiveAsync(fault, step);
            Assert.True(!acknowledged || delivered > 0, $"{fault} at step {step}: lost");
            Assert.True(delivered <= (marking ? 2 : 1), $"{fault} at step {step}: {delivered} copies");
            lost += acknowledged && delivered == 0 ? 1 : 0;
            doubled += delivered > 1 ? 1 : 0;
            refused += acknowledged ? 0 : 1;
        }

        TestContext.Current.SendDiagnosticMessage($"{fault}: {steps} steps, {lost} lost, {doubled} delivered twice, {refused} left with the sender");
        // Only the deletion of the message and the flush of its folder are between the server's 250 and the mark.
        Assert.InRange(doubled, 0, 2);
    }

    /// <summary>Two recipients, each with an answer of its own: neither is lost, and a fault brings one of them at most a second time.</summary>
    [Theory]
    [InlineData(Fault.Fails)]
    [InlineData(Fault.Killed)]
    [InlineData(Fault.PowerCut)]
    [InlineData(Fault.PowerCutAfterNames)]
    public async Task No_recipient_is_lost(Fault fault)
    {
        for (var step = 0; step < 60; step++)
        {
            await using var scene = Scene(fault, step, isLmtp: true);
            await scene.StartAsync();
            Dictionary<string, int> copies = new(StringComparer.Ordinal) { ["one"] = 0, ["two"] = 0 };
            scene.Relay.Answer = delivery =>
            {
                if (scene.Disk.IsDead)
                    return SpoolScene.Unreachable();
                copies[delivery.Recipients[0].Path.Mailbox!.LocalPart]++;
                return SpoolScene.Delivered();
            };
            var acknowledged = await scene.KeepAsync("m", recipients: ["one", "two"]);
            await scene.PassAsync(TimeSpan.FromMinutes(6));
            await scene.RestartAsync();
            await scene.PassAsync(TimeSpan.FromMinutes(20));
            await scene.PassAsync(TimeSpan.FromHours(2));
            Assert.True(!acknowledged || copies.Values.All(static count => count > 0), $"{fault} at step {step}: lost");
            Assert.True(copies.Values.Sum() <= 3, $"{fault} at step {step}: {copies["one"]} and {copies["two"]} copies");
        }
    }

    /// <summary>Refused after it was accepted: in the quarantine, whatever fails on the way there.</summary>
    [Theory]
    [InlineData(Fault.Fails)]
    [InlineData(Fault.Killed)]
    [InlineData(Fault.PowerCut)]
    [InlineData(Fault.PowerCutAfterNames)]
    public async Task Nothing_is_lost_on_the_way_to_the_quarantine(Fault fault)
    {
        for (var step = 0; step < 40; step++)
        {
            await using var scene = Scene(fault, step, isLmtp: false);
            await scene.StartAsync();
            scene.Relay.Answer = _ => scene.Disk.IsDead ? SpoolScene.Unreachable() : SpoolScene.Answer(DeliveryOutcome.Refused, 550);
            var acknowledged = await scene.KeepAsync("m");
            await scene.PassAsync(TimeSpan.FromMinutes(6));
            await scene.RestartAsync();
            await scene.PassAsync(TimeSpan.FromMinutes(20));
            await scene.PassAsync(TimeSpan.FromHours(2));
            Assert.True(!acknowledged || scene.Quarantine.Kept.Count is 1 or 2, $"{fault} at step {step}: {scene.Quarantine.Kept.Count} in the quarantine");
            Assert.Empty(scene.Spool.Totals());
        }
    }

    private static SpoolScene Scene(Fault fault, int step, bool isLmtp) => new(
        settings => settings with { Tenants = [settings.Tenants[0] with { Backends = new BackendSettings { Smtp = [new BackendAddress("127.0.0.1", 1, false, isLmtp)] } }] },
        new FaultyDisk { Fault = fault, FaultAt = step });

    /// <summary>A life; how many steps it took, whether the sender was told 250, how many copies the server has, and whether the fault came after its 250.</summary>
    private static async Task<(int Steps, bool Acknowledged, int Delivered, bool Marking)> LiveAsync(Fault fault, int step)
    {
        await using var scene = new SpoolScene(disk: new FaultyDisk { Fault = fault, FaultAt = step });
        await scene.StartAsync();
        var acknowledged = await scene.KeepAsync("m", recipients: ["one", "two"]);
        await scene.PassAsync(TimeSpan.FromMinutes(6));
        var (delivered, marking) = (0, false);
        scene.Relay.Answer = _ =>
        {
            // A dead process delivers nothing.
            if (scene.Disk.IsDead)
                return SpoolScene.Unreachable();
            delivered++;
            marking |= scene.Disk.Steps <= step;
            return SpoolScene.Delivered();
        };
        if (!scene.Disk.IsDead)
            await scene.PassAsync(TimeSpan.FromMinutes(20));
        await scene.RestartAsync();
        await scene.PassAsync(TimeSpan.FromMinutes(20));
        await scene.PassAsync(TimeSpan.FromHours(2));
        await scene.RestartAsync();
        await scene.PassAsync(TimeSpan.FromHours(2));
        Assert.Empty(scene.Disk.Left);
        return (scene.Disk.Steps, acknowledged, delivered, marking);
    }
}
