package io.kybern.node.runtime.cri;

import io.grpc.StatusRuntimeException;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime.Credentials;
import io.kybern.node.runtime.ContainerRuntime.ImageRecord;
import io.kybern.node.runtime.ContainerRuntime.ImageStore;
import io.kybern.node.runtime.SandboxSpec;
import io.kybern.node.runtime.cri.v1.AuthConfig;
import io.kybern.node.runtime.cri.v1.Image;
import io.kybern.node.runtime.cri.v1.ImageSpec;
import io.kybern.node.runtime.cri.v1.ImageStatusRequest;
import io.kybern.node.runtime.cri.v1.ImageStatusResponse;
import io.kybern.node.runtime.cri.v1.ListImagesRequest;
import io.kybern.node.runtime.cri.v1.ListImagesResponse;
import io.kybern.node.runtime.cri.v1.PullImageRequest;
import io.kybern.node.runtime.cri.v1.PullImageResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The runtime's images. */
final class CriImages implements ImageStore {
    /** A pull may be long; the runtime itself gives up when nothing arrives. */
    private static final Duration PULL_TIMEOUT = Duration.ofMinutes(30);

    private final CriConnection connection;

    CriImages(CriConnection connection) {
        this.connection = connection;
    }

    @Override
    public Optional<ImageRecord> find(String image) {
        ImageStatusResponse answer = connection.images(
                "ImageStatus",
                ImageStatusRequest.newBuilder().setImage(spec(image)).build(),
                ImageStatusResponse.getDefaultInstance(),
                CriConnection.TIMEOUT);
        return answer.hasImage() ? Optional.of(describe(answer.getImage())) : Optional.empty();
    }

    @Override
    public ImageRecord pull(String image, Optional<Credentials> credentials, SandboxSpec sandbox) {
        PullImageRequest.Builder request =
                PullImageRequest.newBuilder().setImage(spec(image)).setSandboxConfig(CriMessages.sandbox(sandbox));
        credentials.ifPresent(known -> request.setAuth(
                AuthConfig.newBuilder().setUsername(known.username()).setPassword(known.password())));
        try {
            connection.images("PullImage", request.build(), PullImageResponse.getDefaultInstance(), PULL_TIMEOUT);
        } catch (StatusRuntimeException e) {
            throw CriErrors.failure("ErrImagePull", e);
        }
        return find(image).orElseThrow(() -> new ContainerFailure("ErrImagePull", "pulled, but not there: " + image));
    }

    @Override
    public List<ImageRecord> list() {
        return connection
                .images(
                        "ListImages",
                        ListImagesRequest.getDefaultInstance(),
                        ListImagesResponse.getDefaultInstance(),
                        CriConnection.TIMEOUT)
                .getImagesList()
                .stream()
                .map(CriImages::describe)
                .toList();
    }

    private static ImageSpec spec(String image) {
        return ImageSpec.newBuilder().setImage(image).build();
    }

    private static ImageRecord describe(Image image) {
        List<String> names = new ArrayList<>(image.getRepoDigestsList());
        names.addAll(image.getRepoTagsList());
        return new ImageRecord(
                image.getId(),
                names,
                image.getSize(),
                image.hasUid() ? Optional.of(image.getUid().getValue()) : Optional.empty(),
                image.getUsername());
    }
}
